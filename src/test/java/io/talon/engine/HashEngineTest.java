package io.talon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import org.junit.jupiter.api.Test;

/** The fixture is only worth something if it notices misuse. */
class HashEngineTest {
  private final HashEngine engine = new HashEngine(HashEngine.spec(48, 40, 2, 20), 1, 1);
  private final SlotSet slots = new SlotSet(2);
  private final Frontier frontier = new Frontier(8);
  private final DraftTree tree = new DraftTree(8);
  private final TreeBatch trees = new TreeBatch(2);
  private final AcceptedRows accepted = new AcceptedRows(2, 8);

  private int prefill() {
    return engine.prefill(0, new int[] {1, 2, 3}, Sampling.GREEDY, Drafting.UNCOUPLED).token(0);
  }

  /** Drafts the root's children, verifies a tree of the best two, and returns what was chosen. */
  private Chosen verified() {
    tree.reset(prefill());
    slots.add(0);
    Candidates candidates = engine.draftRoot(slots, 2);
    for (int i = 0; i < 2; i++) {
      tree.add(0, candidates.tokens()[i], candidates.logProbs()[i], i);
    }
    trees.add(0, tree);
    return engine.verify(trees);
  }

  private static void assertRefused(Runnable misuse, String message) {
    assertThatThrownBy(misuse::run).isInstanceOf(IllegalStateException.class).hasMessageContaining(message);
  }

  @Test
  void choosesAsItsLogitsSay() {
    int first = prefill();
    assertThat(first).isEqualTo(SamplingTwin.argmax(engine.targetLogits(new int[] {1, 2, 3})));
  }

  @Test
  void noticesSlotsOutOfOrder() {
    assertRefused(() -> engine.release(0), "which is free");
    prefill();
    assertRefused(this::prefill, "prefill into slot 0");
    tree.reset(47);
    trees.add(0, tree);
    assertRefused(() -> engine.verify(trees), "not the pending token");
    engine.close();
    assertRefused(() -> engine.draftLayer(frontier, 1), "the engine is closed");
  }

  @Test
  void noticesWrongDraftRows() {
    prefill();
    frontier.add(0, 0, 5);
    assertRefused(() -> engine.draftLayer(frontier, 2), "which is READY");
    slots.add(0);
    Candidates candidates = engine.draftRoot(slots, 2);
    frontier.clear();
    frontier.add(0, 1, candidates.tokens()[0]);
    assertRefused(() -> engine.draftLayer(frontier, 2), "is no parent");
    frontier.clear();
    frontier.add(0, 0, candidates.tokens()[0] + candidates.tokens()[1] + 1);
    assertRefused(() -> engine.draftLayer(frontier, 2), "is no child of row 0");
    assertRefused(() -> engine.draftRoot(slots, 2), "which is DRAFTED");
  }

  @Test
  void noticesWrongCommits() {
    Chosen chosen = verified();
    assertRefused(() -> engine.commit(new TreeBatch(2), accepted), "not verified last");
    assertRefused(() -> engine.verify(trees), "which is VERIFIED");
    accepted.add(0, new int[0], 0, chosen.token(0) + 1);
    assertRefused(() -> engine.commit(trees, accepted), "was not chosen");
  }

  @Test
  void noticesAPathThatIsNone() {
    verified();
    accepted.add(0, new int[] {1, 2}, 2, 0);
    assertRefused(() -> engine.commit(trees, accepted), "node");
  }
}
