package io.talon.draft;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.draft.policy.TreeGrowth;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.Candidates;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.engine.Frontier;
import io.talon.engine.SlotSet;

/**
 * Drafts with the engine's own draft, an EAGLE-3 head or a small model, all trees in lock-step: one native call per layer for everything that still grows.
 *
 * <p>A tree sees only as many children per row as it asked for, so it is the same whatever grows beside it.
 */
public final class EngineDrafter implements Drafter {
  private final Engine engine;
  private final int draftVocabulary;
  private final boolean drafts;
  private final TreeGrowth[] growths; // [slots]
  private final SlotSet roots;
  private final Frontier frontier;
  private final int[] growing; // [slots], indices into the round
  private int growingCount;

  public EngineDrafter(Engine engine, TreePolicy policy, int[] endTokens) {
    EngineSpec spec = engine.spec();
    check(
        policy.maxDraftRows() == 0 || spec.hasDraft(),
        ErrorCode.BAD_OPTION,
        "policy %s needs a draft model, and the engine was opened without one",
        policy.label());
    check(
        policy.maxDraftRows() <= spec.maxDraftRows(),
        ErrorCode.BAD_OPTION,
        "policy %s drafts %s rows per tree, and the engine was opened for %s",
        policy.label(),
        policy.maxDraftRows(),
        spec.maxDraftRows());
    this.engine = engine;
    drafts = policy.maxDraftRows() > 0;
    int slots = spec.slots();
    draftVocabulary = spec.draftVocabulary();
    growths = new TreeGrowth[slots];
    for (int slot = 0; slot < slots; slot++) {
      growths[slot] = policy.growth(endTokens);
    }
    roots = new SlotSet(slots);
    frontier = new Frontier(slots * policy.maxDraftRows());
    growing = new int[slots];
  }

  @Override
  public boolean usesEngine() {
    return drafts;
  }

  @Override
  public void draft(DraftRound round) {
    growingCount = 0;
    for (int i = 0; i < round.size(); i++) {
      growths[round.slot(i)].begin(round.tree(i), round.root(i), round.depthLimit(i));
      growing[growingCount++] = i;
    }
    int width = keepGrowing(round);
    if (width > 0) {
      accept(round, expandRoots(round, width));
      for (width = keepGrowing(round); width > 0; width = keepGrowing(round)) {
        accept(round, expandFrontier(round, width));
      }
    }
  }

  /** Drops the trees that are complete; the most children that any of the others wants. */
  private int keepGrowing(DraftRound round) {
    int kept = 0;
    int width = 0;
    for (int i = 0; i < growingCount; i++) {
      int wanted = growths[round.slot(growing[i])].width();
      if (wanted > 0) {
        growing[kept++] = growing[i];
        width = Math.max(width, wanted);
      }
    }
    growingCount = kept;
    return Math.min(width, draftVocabulary);
  }

  private Candidates expandRoots(DraftRound round, int width) {
    roots.clear();
    for (int i = 0; i < growingCount; i++) {
      roots.add(round.slot(growing[i]));
    }
    return checked(engine.draftRoot(roots, width), roots.size());
  }

  private Candidates expandFrontier(DraftRound round, int width) {
    frontier.clear();
    for (int i = 0; i < growingCount; i++) {
      int slot = round.slot(growing[i]);
      TreeGrowth growth = growths[slot];
      for (int row = 0; row < growth.frontierSize(); row++) {
        frontier.add(slot, growth.frontierParentRow(row), growth.frontierToken(row));
      }
    }
    return checked(engine.draftLayer(frontier, width), frontier.size());
  }

  private void accept(DraftRound round, Candidates candidates) {
    int row = 0;
    for (int i = 0; i < growingCount; i++) {
      TreeGrowth growth = growths[round.slot(growing[i])];
      int rows = growth.frontierSize();
      growth.accept(candidates, row);
      row += rows;
      round.countForward(growing[i]);
    }
  }

  private static Candidates checked(Candidates candidates, int rows) {
    if (candidates.rows() != rows) {
      throw new TalonException(ErrorCode.ENGINE, "a draft of " + rows + " rows must return as many: " + candidates.rows());
    }
    return candidates;
  }
}
