package io.talon.decode;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Chosen;
import io.talon.engine.Drafting;
import io.talon.engine.Drafting.Watch;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.engine.Frontier;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.tree.TreeBatch;
import java.util.Arrays;
import java.util.List;

/**
 * An engine whose draft is coupled to the noise by coefficients that are fitted to what the target chooses: it remembers what was
 * drafted in a round, whoever drafted it, and compares that with what the round brought.
 *
 * <p>Sequences of one temperature share a fit. The text depends on none of this.
 */
final class FittingEngine implements Engine {
  private static final int MOST_FITS = 8;
  private static final int REFIT = 16; // observations
  private static final double NOTABLE = 0.02; // change of a coefficient that the engine is told

  /** The draft rows of one slot in one round, and how they were scored. */
  private static final class Drafted {
    private final Candidates[] candidates; // [maxDraftRows]
    private final int[] rows; // [maxDraftRows], in the candidates
    private final int[] parents; // [maxDraftRows], draft rows, -1 for the root
    private final int[] tokens; // [maxDraftRows]
    private int size;
    private int fit;
    private Drafting drafting = Drafting.OFF;

    Drafted(int capacity) {
      candidates = new Candidates[capacity];
      rows = new int[capacity];
      parents = new int[capacity];
      tokens = new int[capacity];
    }

    void add(Candidates of, int row, int parent, int token) {
      candidates[size] = of;
      rows[size] = row;
      parents[size] = parent;
      tokens[size] = token;
      size++;
    }

    /** The row that expanded a child of another one, or -1. */
    int child(int parent, int token) {
      for (int row = parent + 1; row < size; row++) {
        if (parents[row] == parent && tokens[row] == token) {
          return row;
        }
      }
      return -1;
    }
  }

  private final Engine engine;
  private final Drafted[] slots;
  private final double[] temperatures = new double[MOST_FITS];
  private final CouplingFit[] fits = new CouplingFit[MOST_FITS];
  private int fitCount;
  private int observations;

  FittingEngine(Engine engine) {
    this.engine = engine;
    slots = new Drafted[engine.spec().slots()];
    for (int slot = 0; slot < slots.length; slot++) {
      slots[slot] = new Drafted(engine.spec().maxDraftRows());
    }
  }

  /** How a sequence is to be drafted for, as far as is known now. */
  Drafting drafting(Sampling sampling) {
    CouplingFit fit = fits[fitOf(sampling.temperature())];
    double gamma = sampling.greedy() ? 0 : fit.gamma();
    return new Drafting(true, fit.beta(), gamma, sampling.greedy() ? Watch.LOGITS : Watch.NOISE);
  }

  private int fitOf(double temperature) {
    for (int i = 0; i < fitCount; i++) {
      if (temperatures[i] == temperature) {
        return i;
      }
    }
    if (fitCount == MOST_FITS) { // as many temperatures as rows: they share the fit of the one that is nearest
      int nearest = 0;
      for (int i = 1; i < fitCount; i++) {
        boolean nearer = Math.abs(temperatures[i] - temperature) < Math.abs(temperatures[nearest] - temperature);
        nearest = nearer ? i : nearest;
      }
      return nearest;
    }
    temperatures[fitCount] = temperature;
    fits[fitCount] = new CouplingFit();
    return fitCount++;
  }

  /** Tells the engine of new coefficients, where they are worth telling, and begins a round. */
  void beginRound(int slot) {
    Drafted drafted = slots[slot];
    drafted.size = 0;
    CouplingFit fit = fits[drafted.fit];
    if (drafted.drafting.enabled() && changed(drafted.drafting, fit)) {
      double gamma = drafted.drafting.watch() == Watch.NOISE ? fit.gamma() : 0;
      drafted.drafting = new Drafting(true, fit.beta(), gamma, drafted.drafting.watch());
      engine.couple(slot, drafted.drafting);
    }
  }

  private static boolean changed(Drafting now, CouplingFit fit) {
    boolean noisy = now.watch() == Watch.NOISE;
    return Math.abs(now.beta() - fit.beta()) > NOTABLE || noisy && Math.abs(now.gamma() - fit.gamma()) > NOTABLE;
  }

  /** Learns from a round: the tokens that a sequence committed, of which the first follows the root. */
  void learn(int slot, int[] history, int first, int committed) {
    Drafted drafted = slots[slot];
    int row = drafted.size == 0 ? -1 : 0;
    for (int step = 0; step < committed && row >= 0; step++) {
      int token = history[first + step];
      Candidates candidates = drafted.candidates[row];
      if (candidates.logits() != null) {
        Drafting drafting = drafted.drafting;
        fits[drafted.fit].observe(drafting.beta(), drafting.gamma(), candidates, drafted.rows[row], token);
        if (++observations % REFIT == 0) {
          fits[drafted.fit].refit();
        }
      }
      row = drafted.child(row, token);
    }
  }

  /** The coefficients by temperature, JSON. */
  ArrayNode toJson() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < fitCount; i++) {
      array.addObject()
          .put("temperature", temperatures[i])
          .put("beta", Math.round(1e3 * fits[i].beta()) / 1e3)
          .put("gamma", temperatures[i] == 0 ? 0 : Math.round(1e3 * fits[i].gamma()) / 1e3)
          .put("seen", Math.round(fits[i].seen()));
    }
    return array;
  }

  @Override
  public EngineSpec spec() {
    return engine.spec();
  }

  @Override
  public void begin(List<Prompt> prompts) {
    for (Prompt prompt : prompts) {
      Drafted drafted = slots[prompt.slot()];
      drafted.fit = fitOf(prompt.sampling().temperature());
      drafted.drafting = prompt.drafting();
      drafted.size = 0;
    }
    engine.begin(prompts);
  }

  @Override
  public Advance advance(int rows) {
    return engine.advance(rows);
  }

  @Override
  public Candidates draftRoot(SlotSet set, int width) {
    Candidates candidates = engine.draftRoot(set, width);
    for (int i = 0; i < set.size(); i++) {
      slots[set.slot(i)].size = 0;
      slots[set.slot(i)].add(candidates, i, -1, -1);
    }
    return candidates;
  }

  @Override
  public Candidates draftLayer(Frontier frontier, int width) {
    Candidates candidates = engine.draftLayer(frontier, width);
    for (int i = 0; i < frontier.size(); i++) {
      slots[frontier.slot(i)].add(candidates, i, frontier.parentRow(i), frontier.token(i));
    }
    return candidates;
  }

  @Override
  public int waiting(int slot) {
    return engine.waiting(slot);
  }

  @Override
  public Chosen verify(TreeBatch trees) {
    return engine.verify(trees);
  }

  @Override
  public void commit(TreeBatch trees, AcceptedRows accepted) {
    engine.commit(trees, accepted);
  }

  @Override
  public void couple(int slot, Drafting drafting) {
    engine.couple(slot, drafting);
  }

  @Override
  public void release(int slot) {
    Arrays.fill(slots[slot].candidates, null);
    slots[slot].drafting = Drafting.OFF;
    engine.release(slot);
  }

  @Override
  public void forget() {
    engine.forget();
  }

  @Override
  public void close() {
    engine.close();
  }
}
