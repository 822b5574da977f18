package io.talon.decode;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.cost.CostTable;
import io.talon.draft.DraftRound;
import io.talon.draft.Drafter;
import io.talon.draft.policy.AutoPolicy;
import io.talon.engine.AcceptedRows;
import io.talon.engine.Chosen;
import io.talon.engine.Drafting;
import io.talon.engine.Engine;
import io.talon.engine.Sampling;
import io.talon.stats.ForwardMeter;
import io.talon.stats.RoundTimes;
import io.talon.tree.TokenSet;
import io.talon.tree.TreeBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Decodes what a requester asks for, several at a time: every engine slot holds a live sequence, a finished one leaves at once
 * and the next request takes its slot, or waits a round or two for others (see {@link RefillWait}).
 *
 * <p>A round drafts a tree for every live sequence, verifies all of them in one forward, and keeps what the walks accept. Plain
 * decoding is the same loop with trees of one row. Between two rounds a part of a long prompt is run, and not all of it, so that
 * the others need not wait for it. What is generated depends on target, prompt and sampling alone.
 */
public final class DecodeLoop {
  /** Rows of prompts that are run between two rounds: enough for a product to be as fast per row as it gets. */
  static final int PROMPT_ROWS = 256;

  private final Engine engine;
  private final FittingEngine fitting; // null unless the coupling is fitted
  private final DecodeOptions options;
  private final LongSupplier nanoClock;
  private final TokenSet endTokens;
  private final Drafter drafter;
  private final ForwardMeter meter;
  private final RoundTimes times = new RoundTimes();
  private final DraftRound round;
  private final TreeBatch trees;
  private final AcceptedRows accepted;
  private final Sequence[] sequences; // [slots], null where a slot is free
  private final List<Engine.Prompt> prompts = new ArrayList<>(); // about to be begun
  private final RefillWait refillWait = new RefillWait();
  private final Walk[] walks; // [slots], by index in the round
  private int live;
  private int filling; // of these, how many have prompts that have not run to their end

  /** A loop on an engine whose forwards nobody else asks about. */
  public DecodeLoop(Engine engine, DecodeOptions options, LongSupplier nanoClock) {
    this(engine, options, nanoClock, new ForwardMeter());
  }

  /**
   * A loop on an engine.
   *
   * @param meter takes the times of the forwards
   * @throws TalonException BAD_OPTION when the engine was opened for less than the policy needs
   */
  public DecodeLoop(Engine engine, DecodeOptions options, LongSupplier nanoClock, ForwardMeter meter) {
    int maxTreeRows = options.policy().maxTreeRows();
    check(
        maxTreeRows <= engine.spec().maxTreeRows(),
        ErrorCode.BAD_OPTION,
        "policy %s grows trees of %s rows, and the engine was opened for %s",
        options.policy().label(),
        maxTreeRows,
        engine.spec().maxTreeRows());
    fitting = options.coupling() instanceof Coupling.Fitted ? new FittingEngine(engine) : null;
    this.engine = new MeteredEngine(fitting == null ? engine : fitting, nanoClock, times, meter);
    this.meter = meter;
    this.options = options;
    this.nanoClock = nanoClock;
    endTokens = new TokenSet(options.endTokens());
    CostTable costs = options.policy() instanceof AutoPolicy ? options.costs().apply(engine) : CostTable.ASSUMED;
    drafter = options.drafters().create(this.engine, options.policy(), options.endTokens(), costs);
    int slots = engine.spec().slots();
    round = new DraftRound(slots, maxTreeRows);
    trees = new TreeBatch(slots);
    accepted = new AcceptedRows(slots, maxTreeRows);
    sequences = new Sequence[slots];
    walks = new Walk[slots];
    for (int i = 0; i < slots; i++) {
      walks[i] = new Walk(maxTreeRows, endTokens);
    }
  }

  /** Decodes until the requester has nothing more and nothing is live; whatever is thrown, no slot stays taken. */
  public void run(Requester requester) {
    try {
      for (refill(requester); live > 0; refill(requester)) {
        requester.beforeRound();
        dropUnwanted(requester);
        if (live > filling) {
          decodeRound();
          deliver(requester);
        }
      }
      report();
    } catch (RuntimeException | Error e) {
      releaseAll(e);
      throw e;
    }
  }

  private void report() {
    String drafts = drafter.report();
    if (!drafts.isEmpty() || fitting != null) {
      meter.note("{\"auto\":%s,\"coupling\":%s}".formatted(
          drafts.isEmpty() ? "null" : drafts, fitting == null ? "null" : fitting.toJson()));
    }
  }

  /** Gives free slots to new requests, and asks again when some have started: one that is finished at once may be followed by another. */
  private void refill(Requester requester) {
    int rows = live > filling ? PROMPT_ROWS : Integer.MAX_VALUE; // nobody waits for a round
    boolean waits = filling == 0 && refillWait.waits(sequences); // with a prompt that runs anyway others run along
    do {
      prompts.clear();
      if (!waits) {
        collect(requester);
      }
      engine.begin(prompts);
      while (rows > 0 && filling > 0) {
        rows -= advance(requester, rows);
      }
    } while (!prompts.isEmpty() && live < sequences.length);
  }

  /** Takes a request for every free slot, as long as there are any. */
  private void collect(Requester requester) {
    for (int slot = 0; slot < sequences.length; slot++) {
      while (sequences[slot] == null) {
        GenerationRequest request = requester.next(live);
        if (request == null) {
          return;
        }
        TalonException refusal = PromptCheck.refusal(request.prompt(), engine.spec());
        if (refusal == null) {
          admit(slot, request);
        } else {
          requester.rejected(request, 0, refusal);
        }
      }
    }
  }

  private void admit(int slot, GenerationRequest request) {
    RoundLog log = request.recordsRounds() ? new RoundLog() : null;
    Sequence sequence =
        new Sequence(request, endTokens, engine.spec().maxContext(), options.policy().maxTreeRows(), log);
    sequences[slot] = sequence;
    live++;
    filling++;
    boolean drafts = drafter.begin(slot, !request.sampling().greedy());
    Drafting drafting = drafts ? drafting(request.sampling()) : Drafting.OFF;
    prompts.add(new Engine.Prompt(slot, request.prompt(), request.sampling(), drafting));
  }

  /** Runs prompts together, the oldest first; each is charged a share of the time by its rows. Returns how many were run. */
  private int advance(Requester requester, int most) {
    long start = nanoClock.getAsLong();
    Engine.Advance advance = engine.advance(most);
    long nanos = nanoClock.getAsLong() - start;
    int rows = 0;
    for (Engine.Part part : advance.parts()) {
      rows += part.rows();
    }
    for (Engine.Part part : advance.parts()) {
      sequences[part.slot()].prefilled(nanos * part.rows() / rows);
      if (part.row() >= 0) {
        start(part.slot(), advance.chosen(), part.row(), requester);
      }
    }
    return rows;
  }

  private void start(int slot, Chosen first, int row, Requester requester) {
    Sequence sequence = sequences[slot];
    if (!first.finite(row)) {
      reject(slot, requester, sequence.notFinite());
      return;
    }
    filling--;
    sequence.start(first.token(row), first.margin(row));
    if (!sequence.live()) {
      finish(slot, requester);
    }
  }

  private Drafting drafting(Sampling sampling) {
    return fitting == null ? options.coupling().drafting(sampling) : fitting.drafting(sampling);
  }

  /** Draft, verify, accept, commit. */
  private void decodeRound() {
    times.clear();
    long start = nanoClock.getAsLong();
    round.clear();
    for (int slot = 0; slot < sequences.length; slot++) {
      if (sequences[slot] != null && sequences[slot].started()) {
        sequences[slot].join(round, slot);
        if (fitting != null) {
          fitting.beginRound(slot);
        }
      }
    }
    drafter.draft(round);
    trees.clear();
    for (int i = 0; i < round.size(); i++) {
      trees.add(round.slot(i), round.tree(i));
    }
    accept(engine.verify(trees));
    if (accepted.size() > 0) {
      engine.commit(trees, accepted);
    }
    times.finish(nanoClock.getAsLong() - start);
    for (int i = 0; i < round.size(); i++) {
      sequences[round.slot(i)].observe(round, i, walks[i], times);
    }
    for (int i = 0; i < round.size() && fitting != null; i++) {
      fitting.learn(round.slot(i), round.history(i), round.length(i), round.committed(i));
    }
    drafter.learn(round, times.draftNanos(), times.verifyNanos(), times.hostNanos());
  }

  private void accept(Chosen chosen) {
    accepted.clear();
    for (int i = 0; i < round.size(); i++) {
      Sequence sequence = sequences[round.slot(i)];
      Walk walk = walks[i];
      walk.follow(round.tree(i), chosen, trees.firstRow(i));
      sequence.extend(round.tree(i), walk);
      round.commit(i, sequence.committed());
      if (sequence.live() && !walk.broken()) {
        accepted.add(i, walk.path(), walk.accepted(), walk.bonus());
      }
    }
  }

  private void deliver(Requester requester) {
    for (int i = 0; i < round.size(); i++) {
      int slot = round.slot(i);
      if (!sequences[slot].live()) {
        finish(slot, requester);
      } else if (walks[i].broken()) {
        reject(slot, requester, sequences[slot].notFinite());
      }
    }
  }

  private void dropUnwanted(Requester requester) {
    for (int slot = 0; slot < sequences.length; slot++) {
      Sequence sequence = sequences[slot];
      TalonException reason = sequence == null ? null : requester.unwanted(sequence.request(), sequence.generated());
      if (reason != null) {
        reject(slot, requester, reason);
      }
    }
  }

  private void reject(int slot, Requester requester, TalonException reason) {
    Sequence sequence = sequences[slot];
    release(slot);
    requester.rejected(sequence.request(), sequence.generated(), reason);
  }

  private void finish(int slot, Requester requester) {
    Generation generation = sequences[slot].generation();
    refillWait.ended(generation.stats().rounds());
    release(slot);
    requester.finished(generation);
  }

  private void release(int slot) {
    filling -= sequences[slot].started() ? 0 : 1;
    sequences[slot] = null;
    live--;
    engine.release(slot);
    drafter.release(slot);
  }

  private void releaseAll(Throwable cause) {
    for (int slot = 0; slot < sequences.length; slot++) {
      if (sequences[slot] != null) {
        try {
          release(slot);
        } catch (RuntimeException e) {
          cause.addSuppressed(e);
        }
      }
    }
  }
}
