package io.talon.draft.auto;

import io.talon.cost.LiveCosts;
import io.talon.draft.DraftRound;
import io.talon.draft.policy.SortKey;
import io.talon.engine.Candidates;
import io.talon.engine.Engine;
import io.talon.engine.Frontier;
import io.talon.engine.SlotSet;
import java.util.Arrays;

/**
 * The model's part of a round: expands roots, then layer after layer the nodes whose children promise more tokens than they take
 * time, for all sequences in the same forwards.
 */
final class ModelDraft {
  private static final int WIDTH = 8; // children that the draft gives for every row

  private final Engine engine;
  private final LiveCosts costs;
  private final LiveRound live;
  private final Prospects prospects;
  private final int width;
  private final int mostDraftRows; // of one slot in one round
  private final SlotSet roots;
  private final Frontier frontier;
  private final int[] draftRows; // [slots], rows that the draft has expanded in this round
  private final int[] newRows; // [slots], rows that the next layer adds to it
  private final boolean[] asked; // [slots], whether the model drafts for it in this round
  private final int[] willing; // [slots], slots
  private final double[] foundWorth; // [slots], along with willing
  private final long[] order; // [slots * pool], the nodes of the newest layer, best first
  private final boolean[] expand; // [slots * pool]

  ModelDraft(Engine engine, int mostDraftRows, LiveRound live, Prospects prospects, LiveCosts costs) {
    this.engine = engine;
    this.costs = costs;
    this.live = live;
    this.prospects = prospects;
    this.mostDraftRows = mostDraftRows;
    int slots = engine.spec().slots();
    width = Math.min(WIDTH, Math.max(1, engine.spec().draftVocabulary()));
    roots = new SlotSet(slots);
    frontier = new Frontier(slots * mostDraftRows);
    draftRows = new int[slots];
    newRows = new int[slots];
    asked = new boolean[slots];
    willing = new int[slots];
    foundWorth = new double[slots];
    order = new long[slots * live.poolCapacity()];
    expand = new boolean[slots * live.poolCapacity()];
  }

  /** Begins a round, in which the model has drafted for nobody yet. */
  void begin() {
    Arrays.fill(asked, false);
  }

  /**
   * Drafts as long as it pays, and leaves the choice of rows as it is best then.
   *
   * @param keeps whether the engine keeps what drafting needs // [slots]
   */
  void draft(DraftRound round, boolean[] keeps) {
    Arrays.fill(draftRows, 0);
    if (expandRoots(round, keeps)) {
      int depth = 1;
      while (expandLayer(round, depth)) {
        depth++;
      }
    }
  }

  /** Whether the model drafted for a slot in the latest round. */
  boolean asked(int slot) {
    return asked[slot];
  }

  private boolean expandRoots(DraftRound round, boolean[] keeps) {
    int count = 0;
    for (int i = 0; i < live.size(); i++) {
      int slot = live.slot(i);
      if (keeps[slot] && live.depthLimit(slot) > 0) {
        willing[count] = slot;
        foundWorth[count] = live.pool(i).worth();
        count++;
      }
    }
    RowBudget found = live.budget();
    count = prospects.choose(willing, count, foundWorth, live.size(), found.rows(), found.rate());
    if (count == 0) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      asked[willing[i]] = true;
    }
    roots.clear();
    for (int i = 0; i < live.size(); i++) {
      if (asked[live.slot(i)]) {
        roots.add(live.slot(i));
        round.countForward(i);
      }
    }
    live.spend(costs.root(count));
    Candidates children = engine.draftRoot(roots, width);
    int row = 0;
    for (int i = 0; i < live.size(); i++) {
      if (asked[live.slot(i)]) {
        live.pool(i).expanded(0, 0);
        draftRows[live.slot(i)] = 1;
        take(live.pool(i), 0, children, row++);
      }
    }
    live.chooseRows();
    return true;
  }

  private void take(CandidatePool pool, int node, Candidates children, int row) {
    int first = row * children.width();
    boolean more = true;
    for (int rank = 0; rank < children.width() && more; rank++) {
      double conditional = Math.exp(children.logProbs()[first + rank]);
      more = pool.addProposed(node, children.tokens()[first + rank], rank, conditional, live.leastWorth());
    }
    pool.revalue();
  }

  /** Expands the nodes of a depth that promise more than they cost; whether there were any. */
  private boolean expandLayer(DraftRound round, int depth) {
    int count = 0;
    for (int i = 0; i < live.size(); i++) {
      if (asked[live.slot(i)] && depth < live.depthLimit(live.slot(i))) {
        CandidatePool pool = live.pool(i);
        for (int node = 1; node < pool.size(); node++) {
          if (pool.expandable(node, depth)) {
            order[count++] = pool.sortKey(node, i * live.poolCapacity() + node);
          }
        }
      }
    }
    if (count == 0 || !markMostPromising(count, depth)) {
      return false;
    }
    expandMarked(round);
    live.chooseRows();
    return true;
  }

  /** Marks the best nodes of the newest layer, as many as make the expected rate largest; false when it is best without any. */
  private boolean markMostPromising(int count, int depth) {
    Arrays.sort(order, 0, count);
    Arrays.fill(expand, 0, live.size() * live.poolCapacity(), false);
    Arrays.fill(newRows, 0);
    int sequences = live.size();
    double spent = live.spent() + costs.other(sequences, 2 * sequences);
    double tokens = sequences + live.budget().worth();
    double bestRate = live.budget().rate();
    int best = 0;
    int rows = 0;
    int trees = 0;
    int largest = live.budget().largest();
    int larger = 0;
    for (int k = 0; k < count; k++) {
      int index = SortKey.index(order[k]);
      int slot = live.slot(index / live.poolCapacity());
      if (draftRows[slot] + newRows[slot] < mostDraftRows) {
        trees += newRows[slot]++ == 0 ? 1 : 0;
        rows++;
        double worth = live.pool(index / live.poolCapacity()).worth(index % live.poolCapacity());
        int size = depth + 1 + newRows[slot]; // the path to these rows, and they
        largest = Math.max(largest, size);
        larger += size == costs.freeRows() + 1 || newRows[slot] == 1 && size > costs.freeRows() ? 1 : 0;
        tokens += worth * prospects.acceptance(slot, depth + 1);
        double nanos = spent + costs.layer(trees, rows)
            + costs.verify(sequences, live.budget().rows() + rows, largest, Math.max(larger, live.budget().larger()));
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
    return best > 0;
  }

  private void expandMarked(DraftRound round) {
    frontier.clear();
    int trees = 0;
    for (int i = 0; i < live.size(); i++) {
      int before = frontier.size();
      int slot = live.slot(i);
      CandidatePool pool = live.pool(i);
      for (int node = 1; node < pool.size(); node++) {
        if (expand[i * live.poolCapacity() + node]) {
          frontier.add(slot, pool.draftRow(pool.parent(node)), pool.token(node));
          pool.expanded(node, draftRows[slot]++);
        }
      }
      if (frontier.size() > before) {
        trees++;
        round.countForward(i);
      }
    }
    live.spend(costs.layer(trees, frontier.size()));
    Candidates children = engine.draftLayer(frontier, width);
    int row = 0;
    for (int i = 0; i < live.size(); i++) {
      CandidatePool pool = live.pool(i);
      int size = pool.size();
      for (int node = 1; node < size; node++) {
        if (expand[i * live.poolCapacity() + node]) {
          take(pool, node, children, row++);
        }
      }
    }
  }
}
