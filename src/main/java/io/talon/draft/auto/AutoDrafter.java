package io.talon.draft.auto;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.cost.CostTable;
import io.talon.cost.LiveCosts;
import io.talon.draft.DraftRound;
import io.talon.draft.Drafter;
import io.talon.draft.policy.AutoPolicy;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.tree.DraftTree;
import io.talon.tree.TokenSet;

/**
 * Drafts for all live sequences out of one budget, so that a round commits as many tokens per second as it can.
 *
 * <p>What is looked up is free and comes first. If the model's draft promises more than it costs ({@link Prospects}) it expands
 * the roots, then layer after layer those nodes whose children promise more tokens than the layer takes time
 * ({@link ModelDraft}). Then the best candidates of all sequences become rows, as many as pay ({@link RowBudget}); an empty tree
 * is plain decoding. What a walk reveals about every candidate whose parent it reached goes into the {@link Calibration}.
 */
final class AutoDrafter implements Drafter {
  private static final int REFIT_ROUNDS = 32;
  private static final int EARLY_ROUNDS = 4; // of the first ones, as every one tells more than those before
  private static final int STILL_KEPT = 32; // of so many sequences one can be drafted for where that does not seem to pay,
  private static final int LEAST_KEPT = 256; // of twice as many the next time, and at last of so many

  private final Drafter free; // null for none
  private final ModelDraft model; // null for none
  private final int maxDepth;
  private final LiveCosts costs;
  private final Calibration calibration = new Calibration();
  private final CatchUp catchUp;
  private final Prospects prospects;
  private final LiveRound live;
  private final DraftRound found;
  private final boolean[] keeps; // [slots], whether the engine keeps what drafting needs
  private int rounds;
  private int begun; // sequences since one was kept that will not be drafted for
  private int keptEvery = STILL_KEPT;
  private int judgedRounds = -1; // rounds that there were when it was asked last whether the model will draft
  private boolean judged; // the answer, the same for all sequences that begin together

  /** @param drafts whether the engine's draft is asked */
  AutoDrafter(Engine engine, AutoPolicy policy, Drafter free, boolean drafts, CostTable table, int[] endTokens) {
    EngineSpec spec = engine.spec();
    boolean drafting = drafts && spec.hasDraft();
    this.free = free;
    maxDepth = Math.min(policy.maxDepth(), policy.rows() - 1);
    costs = new LiveCosts(table);
    catchUp = new CatchUp(engine::waiting, costs);
    prospects = new Prospects(spec.slots(), maxDepth, costs, catchUp);
    live = new LiveRound(spec.slots(), policy.rows(), maxDepth, costs, calibration, new TokenSet(endTokens));
    int draftRows = Math.min(policy.maxDraftRows(), spec.maxDraftRows());
    model = drafting ? new ModelDraft(engine, draftRows, live, prospects, costs) : null;
    found = new DraftRound(spec.slots(), policy.rows());
    keeps = new boolean[spec.slots()];
  }

  @Override
  public boolean begin(int slot, boolean sampled) {
    prospects.begin(slot);
    live.begin(slot, sampled);
    keeps[slot] = model != null && (willDraft() || isNextToTry());
    return keeps[slot];
  }

  private boolean willDraft() {
    if (judgedRounds != rounds) {
      judgedRounds = rounds;
      judged = promising();
    }
    keptEvery = judged ? STILL_KEPT : keptEvery;
    return judged;
  }

  private boolean isNextToTry() {
    begun++;
    boolean next = begun >= keptEvery;
    if (next) {
      begun = 0;
      keptEvery = Math.min(LEAST_KEPT, 2 * keptEvery);
    }
    return next;
  }

  /** Whether the model will draft, now or when half of the sequences have ended. */
  private boolean promising() {
    int sequences = Math.max(1, live.size());
    boolean known = rounds >= REFIT_ROUNDS;
    return prospects.promising(sequences, known) || prospects.promising((sequences + 1) / 2, known);
  }

  @Override
  public boolean usesEngine() {
    return model != null;
  }

  @Override
  public void release(int slot) {
    if (free != null) {
      free.release(slot);
    }
  }

  @Override
  public void draft(DraftRound round) {
    live.begin(round);
    boolean plain = costs.wantsPlain(round.size());
    if (free != null && !plain) {
      lookUp(round);
    }
    live.chooseRows();
    if (model != null) {
      model.begin();
      if (!plain) {
        model.draft(round, keeps);
      }
    }
    live.build(round);
  }

  private void lookUp(DraftRound round) {
    found.clear();
    for (int i = 0; i < round.size(); i++) {
      found.add(round.slot(i), round.history(i), round.length(i), live.depthLimit(round.slot(i)));
    }
    free.draft(found);
    for (int i = 0; i < round.size(); i++) {
      live.pool(i).addFound(found.tree(i));
    }
  }

  @Override
  public void learn(DraftRound round, long draftNanos, long verifyNanos, long hostNanos) {
    int rows = 0;
    int largest = 0;
    int larger = 0;
    for (int i = 0; i < round.size(); i++) {
      int size = round.tree(i).size();
      rows += size;
      largest = Math.max(largest, size);
      larger += size > costs.freeRows() ? 1 : 0;
    }
    if (rows > round.size()) {
      costs.drafted(round.size(), live.gain());
    }
    boolean telling = live.spent() > 0 && !catchUp.notable();
    costs.observe(round.size(), rows, largest, larger, telling ? live.spent() : 0, draftNanos, verifyNanos, hostNanos);
    if (live.spent() > 0) {
      prospects.drafted(live.spent(), draftNanos);
    }
    for (int i = 0; i < round.size(); i++) {
      learn(round, i);
    }
    rounds++;
    if (Integer.bitCount(rounds) == 1 || rounds % (rounds < REFIT_ROUNDS ? EARLY_ROUNDS : REFIT_ROUNDS) == 0) {
      calibration.refit();
    }
  }

  private void learn(DraftRound round, int index) {
    int slot = round.slot(index);
    CandidatePool pool = live.pool(index);
    if (pool.size() == 1 && (model == null || !model.asked(slot))) {
      return; // plain decoding says nothing of drafts
    }
    int node = 0;
    for (int step = 0; step < round.committed(index) && node >= 0; step++) {
      int token = round.history(index)[round.length(index) + step];
      pool.observe(node, token);
      int next = pool.child(node, token);
      boolean wentOn = next >= 0 && pool.inTree(next);
      if (pool.draftRow(node) >= 0) {
        prospects.observe(slot, pool.depth(node) + 1, wentOn);
      }
      node = wentOn ? next : -1;
    }
    if (model != null && model.asked(slot)) {
      DraftTree tree = round.tree(index);
      for (int depth = 1; depth <= maxDepth; depth++) {
        prospects.rows(depth, depth <= tree.maxDepth() ? tree.width(depth) : 0);
      }
      prospects.close(slot);
    }
  }

  @Override
  public String report() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.set("costs", costs.toJson());
    node.set("calibration", calibration.toJson());
    node.set("prospects", prospects.toJson());
    return node.toString();
  }
}
