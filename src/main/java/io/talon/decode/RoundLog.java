package io.talon.decode;

import io.talon.draft.DraftRound;
import io.talon.stats.RoundRecord;
import io.talon.stats.RoundTimes;
import io.talon.tree.DraftTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rounds of a sequence whose rounds are recorded. */
final class RoundLog {
  private final List<RoundRecord> records = new ArrayList<>();

  /**
   * Records a round.
   *
   * @param position absolute index of the root
   * @param accepted how many accepted tokens of the walk were kept
   * @param minMargin the smallest margin of the tokens that were kept
   */
  void add(DraftRound round, int index, int position, Walk walk, int accepted, float minMargin, RoundTimes times) {
    DraftTree tree = round.tree(index);
    int[] acceptedRanks = new int[accepted];
    for (int i = 0; i < accepted; i++) {
      acceptedRanks[i] = tree.rank(walk.path()[i]);
    }
    int[] widths = new int[tree.maxDepth()];
    for (int depth = 1; depth <= widths.length; depth++) {
      widths[depth - 1] = tree.width(depth);
    }
    int[] parents = new int[tree.size() - 1];
    float[] logProbs = new float[tree.size() - 1];
    for (int node = 1; node < tree.size(); node++) {
      parents[node - 1] = tree.parent(node);
      logProbs[node - 1] = RoundRecord.rounded(tree.logProb(node));
    }
    records.add(
        new RoundRecord(
            records.size(),
            position,
            round.size(),
            tree.size(),
            tree.maxDepth(),
            widths,
            accepted,
            acceptedRanks,
            Arrays.copyOf(walk.path(), accepted),
            accepted == 0 ? 0f : tree.logProb(walk.path()[accepted - 1]),
            parents,
            logProbs,
            minMargin,
            round.forwards(index),
            times.draftNanos(),
            times.verifyNanos()));
  }

  List<RoundRecord> records() {
    return List.copyOf(records);
  }
}
