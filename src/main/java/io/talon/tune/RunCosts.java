package io.talon.tune;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.tune.Replay.Outcome;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;

/**
 * What rounds of a run cost when it was warm: its own target forwards by their rows, its draft forwards by theirs, what else a
 * round takes, and a round of plain decoding where the run measured it.
 *
 * <p>A run is cut into stretches of time, and only those of its later half are priced by. Each price is the mean over a stretch,
 * and of these the median, which is also how the bench measures: the mean of a repeat, and of these the median.
 */
public final class RunCosts {
  /** Stretches that the later half of a run is cut into, from 0. */
  public static final int STRETCHES = 8;

  private static final int CALLS = 2; // of a round beside draft forwards: verify and commit
  private static final double STILL_FASTER = 1.1;

  private final CallCost verify;
  private final CallCost draft;
  private final double otherMs; // commit and host, per call
  private final double plainRatio; // time of a plain target forward over what the line says
  private final int fewestRows; // of a drafted tree, but for the smallest hundredth
  private final String about;

  /**
   * What the generations of a stretch took, on average over rounds.
   *
   * @param otherMs of a round beside its draft and target forwards: commit and host
   * @param plainMs a round of plain decoding, 0 where none was measured
   */
  public record Stretch(double otherMs, double plainMs) {}

  /**
   * The costs of a run.
   *
   * @param now what the rounds that have times come to under the run's own setting
   * @param timed rounds of the run's later half, which all have times
   * @param stretches of it
   * @param batch sequences that were decoded together
   */
  RunCosts(Outcome now, List<RecordedRound> timed, List<Stretch> stretches, int batch) {
    check(!timed.isEmpty() && !stretches.isEmpty(), ErrorCode.BAD_INPUT, "a run must have timed rounds to be priced: %s",
        timed.size());
    verify = CallCost.of(timed.stream().map(RunCosts::verified).toList());
    draft = CallCost.of(timed.stream().filter(round -> round.draftForwards() > 0).map(round -> drafted(round, now)).toList());
    double calls =
        timed.stream().mapToDouble(round -> CALLS + now.sharedForwards(round.times().liveSlots())).average().orElseThrow();
    otherMs = Math.max(0, CallCost.median(stretches, Stretch::otherMs)) / calls;
    List<Stretch> withPlain = stretches.stream().filter(stretch -> stretch.plainMs() > 0).toList();
    plainRatio = withPlain.isEmpty()
        ? 1
        : Math.max(0, CallCost.median(withPlain, Stretch::plainMs) - CALLS * otherMs) / verify.millis(batch);
    int few = timed.stream().mapToInt(RecordedRound::rows).sorted().skip(timed.size() / 100).findFirst().orElseThrow();
    fewestRows = Math.max(2, few);
    about = about(timed, stretches.size(), !withPlain.isEmpty());
  }

  /** One round of so many sequences; its draft forwards run the nodes of the trees that still grow. */
  double roundMs(Outcome outcome, int sequences) {
    double millis = verifyMs(outcome.rows(), sequences) + otherMs * (CALLS + outcome.sharedForwards(sequences));
    for (int after = 0; after < outcome.growing().length; after++) {
      double any = outcome.anyGrowing(after, sequences);
      double together = sequences * outcome.growing()[after] / any;
      millis += any * draft.millis(together * outcome.frontier()[after]);
    }
    return millis;
  }

  /** A target forward: by the line, and for trees smaller than all recorded ones between that and plain decoding. */
  private double verifyMs(double rows, int sequences) {
    double plain = Math.max(0, Math.min(1, (fewestRows - rows) / (fewestRows - 1)));
    return verify.millis(rows * sequences) * (1 + plain * (plainRatio - 1));
  }

  /** What the prices were taken from and how far they may be trusted, sentences. */
  String about() {
    return about;
  }

  private static CallCost.Calls verified(RecordedRound round) {
    RecordedRound.Times times = round.times();
    return new CallCost.Calls(times.stretch(), 1, times.liveSlots() * round.rows(), times.verifyMs());
  }

  /** Draft forwards of a round: more than this sequence took part in, where others shared it. */
  private static CallCost.Calls drafted(RecordedRound round, Outcome now) {
    RecordedRound.Times times = round.times();
    double shared = now.sharedForwards(times.liveSlots()) / now.sharedForwards(1);
    double rows = (double) times.liveSlots() * round.draftedRows() / round.draftForwards();
    return new CallCost.Calls(times.stretch(), round.draftForwards() * shared, rows / shared, times.draftMs());
  }

  private String about(List<RecordedRound> timed, int stretches, boolean plainMeasured) {
    IntSummaryStatistics rows =
        timed.stream().mapToInt(round -> round.rows() * round.times().liveSlots()).summaryStatistics();
    List<String> sentences = new ArrayList<>();
    sentences.add(String.format(Locale.ROOT,
        "level: the typical stretch of the run's later half (%d rounds in %d stretches), a target forward of %.0f rows %.2f ms",
        timed.size(), stretches, rows.getAverage(), verify.millis(rows.getAverage())));
    sentences.add(plainMeasured
        ? "plain: as the run measured it (--baseline)"
        : String.format(Locale.ROOT,
            "plain: not measured by this run but continued from forwards of %d to %d rows, which may be far off; a run with"
                + " --baseline sample:0.1 has it",
            rows.getMin(), rows.getMax()));
    double faster = speed(timed, 0, STRETCHES / 2) / speed(timed, STRETCHES / 2, STRETCHES);
    if (faster > STILL_FASTER) {
      sentences.add(String.format(Locale.ROOT,
          "the run was not warm yet: forwards of its third quarter took %.2f times as long as those of its last; a longer run says more",
          faster));
    }
    return String.join("\n", sentences);
  }

  /** Time of target forwards of some stretches over their price, 1 where there are none. */
  private double speed(List<RecordedRound> timed, int from, int to) {
    List<CallCost.Calls> calls =
        timed.stream().map(RunCosts::verified).filter(call -> call.stretch() >= from && call.stretch() < to).toList();
    return calls.isEmpty() ? 1 : CallCost.median(calls, call -> call.each() / verify.millis(call.rows()));
  }
}
