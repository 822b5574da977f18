package io.talon.draft.auto;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.cost.CostTable;
import io.talon.cost.LiveCosts;
import io.talon.draft.DraftRound;
import io.talon.draft.Drafter;
import io.talon.draft.policy.AutoPolicy;
import io.talon.draft.policy.SortKey;
import io.talon.engine.Candidates;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.engine.Frontier;
import io.talon.engine.SlotSet;
import io.talon.tree.DraftTree;
import io.talon.tree.TokenSet;
import java.util.Arrays;

/**
 * Drafts for all live sequences out of one budget, so that a round commits as many tokens per second as it can.
 *
 * <p>What is looked up is free and comes first. If the model's draft promises more than it costs ({@link Prospects}) it expands
 * the roots, then layer after layer those nodes whose children promise more tokens than the layer takes time. Then the best
 * candidates of all sequences become rows, as many as pay ({@link RowBudget}). An empty tree is plain decoding. What a walk
 * reveals about every candidate whose parent it reached goes into the {@link Calibration}.
 */
final class AutoDrafter implements Drafter {
  private static final int WIDTH = 8; // children that the draft gives for every row
  private static final int REFIT_ROUNDS = 32;
  private static final double LEAST_WORTH = 0.002;

  private final Engine engine;
  private final Drafter free; // null for none
  private final boolean drafts;
  private final int width;
  private final int maxDepth;
  private final int mostDraftRows;
  private final LiveCosts costs;
  private final Calibration calibration = new Calibration();
  private final Prospects prospects;
  private final RowBudget budget;
  private final CandidatePool[] pools; // [slots]
  private final DraftRound found;
  private final SlotSet roots;
  private final Frontier frontier;
  private final int[] draftRows; // [slots], rows that the draft has expanded in this round
  private final int[] newRows; // [slots], rows that the next layer adds to it
  private final boolean[] keeps; // [slots], whether the engine keeps what drafting needs
  private final boolean[] asked; // [slots], whether the model drafts for it in this round
  private final int[] slotOf; // [slots], by index in the round
  private final int[] depthLimits; // [slots], by slot
  private final int[] willing; // [slots], slots
  private final double[] foundWorth; // [slots], along with willing
  private final long[] order; // [slots * pool], the nodes of the newest layer, best first
  private final boolean[] expand; // [slots * pool]
  private final int poolCapacity;
  private int rounds;
  private double draftNanos; // predicted, of the draft forwards so far

  AutoDrafter(Engine engine, AutoPolicy policy, Drafter free, boolean model, CostTable table, int[] endTokens) {
    EngineSpec spec = engine.spec();
    check(
        !model || spec.hasDraft(),
        ErrorCode.BAD_OPTION,
        "policy auto was to draft with a model, and the engine was opened without one");
    this.engine = engine;
    this.free = free;
    drafts = model;
    int slots = spec.slots();
    width = Math.min(WIDTH, Math.max(1, spec.draftVocabulary()));
    maxDepth = Math.min(policy.maxDepth(), policy.rows() - 1);
    mostDraftRows = Math.min(policy.maxDraftRows(), spec.maxDraftRows());
    costs = new LiveCosts(table);
    poolCapacity = 4 * policy.rows();
    prospects = new Prospects(slots, maxDepth, costs);
    budget = new RowBudget(slots, poolCapacity, policy.rows(), costs);
    pools = new CandidatePool[slots];
    TokenSet ends = new TokenSet(endTokens);
    for (int slot = 0; slot < slots; slot++) {
      pools[slot] = new CandidatePool(poolCapacity, ends, calibration);
    }
    found = new DraftRound(slots, policy.rows());
    roots = new SlotSet(slots);
    frontier = new Frontier(slots * mostDraftRows);
    draftRows = new int[slots];
    newRows = new int[slots];
    keeps = new boolean[slots];
    asked = new boolean[slots];
    slotOf = new int[slots];
    depthLimits = new int[slots];
    willing = new int[slots];
    foundWorth = new double[slots];
    order = new long[slots * poolCapacity];
    expand = new boolean[slots * poolCapacity];
  }

  @Override
  public boolean begin(int slot) {
    prospects.begin(slot);
    keeps[slot] = drafts;
    return keeps[slot];
  }

  @Override
  public boolean usesEngine() {
    return drafts;
  }

  @Override
  public void release(int slot) {
    if (free != null) {
      free.release(slot);
    }
  }

  @Override
  public void draft(DraftRound round) {
    beginRound(round);
    chooseRows(round, 0);
    if (drafts && expandRoots(round)) {
      int depth = 1;
      while (depth < maxDepth && expandLayer(round, depth)) {
        depth++;
      }
    }
    for (int i = 0; i < round.size(); i++) {
      pools[slotOf[i]].clearKept();
    }
    budget.mark(pools, slotOf);
    for (int i = 0; i < round.size(); i++) {
      pools[slotOf[i]].build(round.tree(i));
    }
  }

  private void beginRound(DraftRound round) {
    long tokens = 0;
    draftNanos = 0;
    for (int i = 0; i < round.size(); i++) {
      int slot = round.slot(i);
      slotOf[i] = slot;
      depthLimits[slot] = Math.min(maxDepth, round.depthLimit(i));
      asked[slot] = false;
      draftRows[slot] = 0;
      pools[slot].begin(round.root(i));
      tokens += round.length(i);
    }
    costs.context((double) tokens / round.size());
    if (free != null) {
      found.clear();
      for (int i = 0; i < round.size(); i++) {
        found.add(round.slot(i), round.history(i), round.length(i), depthLimits[round.slot(i)]);
      }
      free.draft(found);
      for (int i = 0; i < round.size(); i++) {
        pools[slotOf[i]].addFound(found.tree(i));
      }
    }
  }

  /** Ranks all candidates there are and chooses rows among them; the round has spent what it has spent. */
  private void chooseRows(DraftRound round, int moreRows) {
    int sequences = round.size();
    budget.begin(sequences);
    for (int i = 0; i < sequences; i++) {
      budget.add(pools[slotOf[i]], i, 1);
    }
    budget.choose(pools, slotOf, draftNanos + costs.other(sequences, sequences + moreRows));
  }

  private boolean expandRoots(DraftRound round) {
    int sequences = round.size();
    int count = 0;
    for (int i = 0; i < sequences; i++) {
      int slot = slotOf[i];
      if (keeps[slot] && depthLimits[slot] > 0) {
        willing[count] = slot;
        foundWorth[count] = foundWorth(slot);
        count++;
      }
    }
    count = prospects.choose(willing, count, foundWorth, sequences, budget.rows(), budget.rate());
    if (count == 0) {
      return false;
    }
    for (int k = 0; k < count; k++) {
      asked[willing[k]] = true;
    }
    roots.clear();
    for (int i = 0; i < sequences; i++) {
      if (asked[slotOf[i]]) {
        roots.add(slotOf[i]);
        round.countForward(i);
      }
    }
    draftNanos += costs.root(count);
    Candidates children = engine.draftRoot(roots, width);
    for (int row = 0; row < roots.size(); row++) {
      int slot = roots.slot(row);
      pools[slot].expanded(0, 0);
      draftRows[slot] = 1;
      take(pools[slot], 0, children, row);
    }
    chooseRows(round, sequences);
    return true;
  }

  private double foundWorth(int slot) {
    double worth = 0;
    for (int node = 1; node < pools[slot].size(); node++) {
      worth += pools[slot].worth(node);
    }
    return worth;
  }

  private void take(CandidatePool pool, int node, Candidates children, int row) {
    int first = row * children.width();
    boolean more = true;
    int before = pool.size();
    for (int rank = 0; rank < children.width() && more; rank++) {
      double conditional = Math.exp(children.logProbs()[first + rank]);
      more = pool.addProposed(node, children.tokens()[first + rank], rank, conditional, LEAST_WORTH);
    }
    if (pool.size() - before < children.width()) {
      pool.revalue();
    }
  }

  /** Expands the nodes of a depth that promise more than they cost; whether there were any. */
  private boolean expandLayer(DraftRound round, int depth) {
    int count = 0;
    for (int i = 0; i < round.size(); i++) {
      int slot = slotOf[i];
      if (asked[slot] && depth < depthLimits[slot]) {
        CandidatePool pool = pools[slot];
        for (int node = 1; node < pool.size(); node++) {
          if (pool.expandable(node, depth)) {
            order[count++] = pool.sortKey(node, i * poolCapacity + node);
          }
        }
      }
    }
    int taken = mostPromising(round, count, depth);
    if (taken == 0) {
      return false;
    }
    expandMarked(round);
    chooseRows(round, round.size());
    return true;
  }

  /** Marks the best nodes of the newest layer, as many as make the expected rate largest; 0 when the rate is best as it is. */
  private int mostPromising(DraftRound round, int count, int depth) {
    Arrays.sort(order, 0, count);
    Arrays.fill(expand, 0, round.size() * poolCapacity, false);
    int sequences = round.size();
    double spent = draftNanos + costs.other(sequences, 2 * sequences);
    double tokens = sequences + budget.worth();
    double bestRate = budget.rate();
    int best = 0;
    int rows = 0;
    int trees = 0;
    Arrays.fill(newRows, 0);
    for (int k = 0; k < count; k++) {
      int index = SortKey.index(order[k]);
      int slot = slotOf[index / poolCapacity];
      if (draftRows[slot] + newRows[slot] < mostDraftRows) {
        trees += newRows[slot]++ == 0 ? 1 : 0;
        rows++;
        tokens += pools[slot].worth(index % poolCapacity) * prospects.acceptance(slot, depth + 1);
        double nanos = spent + costs.layer(trees, rows) + costs.verify(sequences, budget.rows() + rows);
        if (tokens / nanos > bestRate) {
          bestRate = tokens / nanos;
          best = k + 1;
        }
        expand[index] = true;
      }
    }
    for (int k = best; k < count; k++) {
      expand[SortKey.index(order[k])] = false;
    }
    return best;
  }

  private void expandMarked(DraftRound round) {
    frontier.clear();
    int trees = 0;
    for (int i = 0; i < round.size(); i++) {
      int before = frontier.size();
      CandidatePool pool = pools[slotOf[i]];
      for (int node = 1; node < pool.size(); node++) {
        if (expand[i * poolCapacity + node]) {
          frontier.add(slotOf[i], pool.draftRow(pool.parent(node)), pool.token(node));
          pool.expanded(node, draftRows[slotOf[i]]++);
        }
      }
      if (frontier.size() > before) {
        trees++;
        round.countForward(i);
      }
    }
    draftNanos += costs.layer(trees, frontier.size());
    Candidates children = engine.draftLayer(frontier, width);
    int row = 0;
    for (int i = 0; i < round.size(); i++) {
      CandidatePool pool = pools[slotOf[i]];
      int size = pool.size();
      for (int node = 1; node < size; node++) {
        if (expand[i * poolCapacity + node]) {
          take(pool, node, children, row++);
        }
      }
    }
  }

  @Override
  public void learn(DraftRound round, long draftTime, long verifyTime, long hostTime) {
    int rows = 0;
    for (int i = 0; i < round.size(); i++) {
      rows += round.tree(i).size();
    }
    costs.observe(round.size(), rows, draftNanos, draftTime, verifyTime, hostTime);
    for (int i = 0; i < round.size(); i++) {
      learn(round, i);
    }
    if (++rounds % REFIT_ROUNDS == 0) {
      calibration.refit();
    }
  }

  private void learn(DraftRound round, int index) {
    int slot = slotOf[index];
    CandidatePool pool = pools[slot];
    int node = 0;
    for (int step = 0; step < round.committed(index) && node >= 0; step++) {
      int token = round.history(index)[round.length(index) + step];
      for (int child = node + 1; child < pool.size(); child++) {
        if (pool.parent(child) == node) {
          calibration.observe(pool.source(child), pool.depth(child), pool.conditional(child), pool.token(child) == token);
        }
      }
      int next = pool.child(node, token);
      boolean wentOn = next >= 0 && pool.inTree(next);
      if (pool.draftRow(node) >= 0) {
        prospects.observe(slot, pool.depth(node) + 1, wentOn);
      }
      node = wentOn ? next : -1;
    }
    if (asked[slot]) {
      DraftTree tree = round.tree(index);
      for (int depth = 1; depth <= maxDepth; depth++) {
        prospects.rows(depth, depth <= tree.maxDepth() ? tree.width(depth) : 0);
      }
      prospects.close(slot);
    }
  }
}
