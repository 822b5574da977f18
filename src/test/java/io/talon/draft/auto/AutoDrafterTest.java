package io.talon.draft.auto;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cost.CostGrid;
import io.talon.cost.CostTable;
import io.talon.cost.UnevenTrees;
import io.talon.draft.policy.AutoPolicy;
import io.talon.engine.Engine;
import io.talon.engine.HashEngine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which sequences an engine is told to keep ready for drafts. */
class AutoDrafterTest {
  private static final double PLAIN = 1e6; // nanoseconds of a round without drafts

  private static AutoDrafter drafter(double root) {
    CostGrid verify = new CostGrid(new int[] {1}, new int[][] {{1, 8}}, new double[][] {{PLAIN, 1.1 * PLAIN}});
    CostGrid draft = new CostGrid(new int[] {1}, new int[][] {{1}}, new double[][] {{root}});
    Engine engine = new HashEngine(HashEngine.spec(64, 32, 1, 128), 11, 0.5);
    CostTable table = new CostTable(verify, draft, draft, CostGrid.NONE, 0, 0, 0, UnevenTrees.FREE, 0);
    return new AutoDrafter(engine, new AutoPolicy(8, 4), null, true, table, new int[0]);
  }

  /** The numbers of the sequences that are kept, of so many that begin one after another. */
  private static List<Integer> kept(AutoDrafter drafter, int sequences) {
    List<Integer> kept = new ArrayList<>();
    for (int sequence = 1; sequence <= sequences; sequence++) {
      if (drafter.begin(0, false)) {
        kept.add(sequence);
      }
    }
    return kept;
  }

  @Test
  void whereNobodyWillDraftFewerAndFewerAreKept() {
    assertThat(kept(drafter(3 * PLAIN), 1000)).containsExactly(32, 32 + 64, 32 + 64 + 128, 480, 480 + 256, 480 + 512);
  }

  @Test
  void whereADraftPaysAllAre() {
    assertThat(kept(drafter(0.1 * PLAIN), 100)).hasSize(100);
  }
}
