package io.talon.tune;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.cost.CostGrid;
import io.talon.cost.CostTable;
import io.talon.tune.Replay.Outcome;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What rounds of a run cost: the table of its engine's calls, brought to the level of its own rounds.
 *
 * <p>The table says how a call's time depends on sequences and rows. How long the calls really took, with this run's texts on
 * its machine, is the mean over its rounds; so the run's own setting costs what it did, and others differ by the table.
 */
public final class RunCosts {
  private static final int CALLS = 2; // of a round beside draft forwards: verify and commit

  private final CostTable table;
  private final double context;
  private double verifyLevel = 1; // real time over that of the table
  private double draftLevel = 1;
  private double commitLevel = 1;
  private double hostMs; // outside of the engine, per call
  private double plainLevel = 1; // real time of a plain round over its price

  /**
   * What a run's generations took, on average over rounds.
   *
   * @param otherMs of a round beside its draft and target forwards: commit and host
   * @param hostMs of that, outside of the engine
   * @param plainMs a round of plain decoding, 0 where none was measured
   * @param batch sequences that were decoded together
   * @param context tokens of a sequence
   */
  public record Means(double otherMs, double hostMs, double plainMs, int batch, double context) {}

  private RunCosts(CostTable table, double context) {
    this.table = table;
    this.context = context;
  }

  /**
   * The costs of a run.
   *
   * @param table of its engine, null where the run kept none: then rows cost what its rounds say, which is nothing where all
   *     of them had the same number
   * @param now what the rounds that have times come to under the run's own setting
   * @param plain the same under plain decoding
   * @param rounds of the run; those with times are priced by
   */
  public static RunCosts of(CostTable table, Outcome now, Outcome plain, List<RecordedRound> rounds, Means means) {
    List<RecordedRound> timed = rounds.stream().filter(round -> round.times() != null).toList();
    check(!timed.isEmpty(), ErrorCode.BAD_INPUT, "a run must have timed rounds to be priced: %s", timed.size());
    RunCosts costs = new RunCosts(table == null ? fitted(timed) : table, means.context());
    costs.level(now, timed, means);
    costs.plainLevel = means.plainMs() > 0 ? means.plainMs() / costs.roundMs(plain, means.batch()) : 1;
    return costs;
  }

  /** One round of so many sequences. */
  double roundMs(Outcome outcome, int sequences) {
    double level = outcome.setting().drafts() ? 1 : plainLevel;
    return level * (verifyLevel * verifyMs(outcome, sequences)
        + draftLevel * draftMs(outcome, sequences)
        + commitLevel * commitMs(outcome, sequences)
        + hostMs * (CALLS + outcome.sharedForwards(sequences)));
  }

  private void level(Outcome now, List<RecordedRound> timed, Means means) {
    SortedMap<Integer, Integer> roundsByLive = new TreeMap<>();
    double verify = 0;
    double draft = 0;
    for (RecordedRound round : timed) {
      roundsByLive.merge(round.times().liveSlots(), 1, Integer::sum);
      verify += round.times().verifyMs();
      draft += round.times().draftMs();
    }
    double pricedVerify = 0;
    double pricedDraft = 0;
    double pricedCommit = 0;
    double calls = 0;
    for (Map.Entry<Integer, Integer> entry : roundsByLive.entrySet()) {
      pricedVerify += entry.getValue() * verifyMs(now, entry.getKey());
      pricedDraft += entry.getValue() * draftMs(now, entry.getKey());
      pricedCommit += entry.getValue() * commitMs(now, entry.getKey());
      calls += entry.getValue() * (CALLS + now.sharedForwards(entry.getKey()));
    }
    verifyLevel = ratio(verify, pricedVerify);
    draftLevel = ratio(draft, pricedDraft);
    double commit = Math.max(means.otherMs() - means.hostMs(), 0) * timed.size();
    commitLevel = ratio(commit, pricedCommit);
    double host = Math.max(means.otherMs(), 0) * timed.size() - (pricedCommit > 0 ? commit : 0);
    hostMs = Math.max(host, 0) / calls;
  }

  private static double ratio(double real, double priced) {
    return priced > 0 ? real / priced : 1;
  }

  private double verifyMs(Outcome outcome, int sequences) {
    return table.verify(sequences, outcome.rows() * sequences, context) / 1e6;
  }

  /** The roots, then the layers that the deepest of the trees takes, each as wide as the trees that still grow. */
  private double draftMs(Outcome outcome, int sequences) {
    double nanos = 0;
    for (int after = 0; after < outcome.growing().length; after++) {
      double any = outcome.anyGrowing(after, sequences);
      double together = sequences * outcome.growing()[after] / any;
      int count = (int) Math.max(1, Math.round(together));
      nanos += any * (after == 0
          ? table.root().nanos(count, count)
          : table.layer().nanos(count, together * outcome.frontier()[after]));
    }
    return nanos / 1e6;
  }

  private double commitMs(Outcome outcome, int sequences) {
    return table.commit().nanos(sequences, sequences * Math.min(outcome.tau(), 2)) / 1e6;
  }

  /** Costs as rounds say: a target forward on the line through their rows, a draft forward always the same. */
  private static CostTable fitted(List<RecordedRound> timed) {
    double meanRows = timed.stream().mapToDouble(RunCosts::allRows).average().orElseThrow();
    double meanMs = timed.stream().mapToDouble(round -> round.times().verifyMs()).average().orElseThrow();
    double above = 0;
    double below = 0;
    double draft = 0;
    long forwards = 0;
    for (RecordedRound round : timed) {
      above += (allRows(round) - meanRows) * (round.times().verifyMs() - meanMs);
      below += (allRows(round) - meanRows) * (allRows(round) - meanRows);
      draft += round.times().draftMs();
      forwards += round.draftForwards();
    }
    double slope = below > 0 ? Math.max(0, Math.min(above / below, meanMs / meanRows)) : 0;
    double base = meanMs - slope * meanRows;
    CostGrid verify = line(base, slope);
    CostGrid forward = line(forwards == 0 ? 0 : draft / forwards, 0);
    return new CostTable(verify, forward, forward, CostGrid.NONE, 0, 0, 0, 0);
  }

  private static double allRows(RecordedRound round) {
    return (double) round.times().liveSlots() * round.rows();
  }

  /** A grid whose times depend on the rows of all sequences together. */
  private static CostGrid line(double baseMs, double msPerRow) {
    int[] slots = {1, 2};
    int[][] rows = {{1, 2}, {1, 2}};
    double[][] nanos = new double[2][2];
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        nanos[i][j] = (baseMs + msPerRow * slots[i] * rows[i][j]) * 1e6;
      }
    }
    return new CostGrid(slots, rows, nanos);
  }
}
