package io.talon.job.output;

import io.talon.ErrorCode;
import io.talon.conf.TextOptions;
import io.talon.decode.Generation;
import io.talon.request.InputRow;
import io.talon.serve.RowWork;
import io.talon.stats.DecodeStats;
import io.talon.stats.RoundRecord;
import io.talon.text.Reasoning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Makes staging rows, in the column order of {@link Schemas}. */
public final class StagingRows implements DecodedRows {
  private static final double NANOS_PER_MILLI = 1e6;

  private final String policy;
  private final TaskIdentity task;

  /**
   * @param policy name of the tree policy
   * @param task where the rows are decoded
   */
  public StagingRows(String policy, TaskIdentity task) {
    this.policy = policy;
    this.task = task;
  }

  @Override
  public Row generation(Generation generation, RowWork row, String promptText, String text, Generation baseline) {
    DecodeStats stats = generation.stats();
    TextOptions options = row.text();
    Double speed = tokensPerSecond(stats);
    Double plainSpeed = baseline == null ? null : tokensPerSecond(baseline.stats());
    List<Object> values = new ArrayList<>();
    values.add(generation.request().promptId());
    values.add(generation.request().sampleIdx());
    values.add(generation.request().turnIdx());
    values.addAll(row.input().passThrough());
    values.add(promptText);
    Reasoning parted = Reasoning.split(promptText, text);
    values.add(parted.answer());
    values.add(parted.thoughts());
    values.add(boxed(generation.tokens()));
    values.add(generation.finishReason().name().toLowerCase(Locale.ROOT));
    values.add(generation.request().prompt().length);
    values.add(generation.tokens().length);
    values.add(options.seed());
    values.addAll(SamplingColumns.values(options.sampling()));
    values.add(options.maxNewTokens());
    values.add(options.stop().toArray(String[]::new));
    values.add(policy);
    values.add(stats.rounds());
    values.add(stats.draftForwards());
    values.add(stats.draftTokens());
    values.add(stats.acceptedDraftTokens());
    values.add(stats.rounds() == 0 ? null : stats.meanAcceptedTokens());
    values.add(stats.rounds() == 0 ? null : stats.draftEfficiency());
    values.add(stats.draftTokens() == 0 ? null : stats.draftAcceptanceRate());
    values.add(margin(stats.minMargin()));
    values.add(boxed(stats.acceptanceHistogram()));
    values.add(millis(stats.prefillNanos()));
    values.add(millis(stats.draftNanos()));
    values.add(millis(stats.verifyNanos()));
    values.add(millis(stats.hostNanos()));
    values.add(millis(stats.decodeNanos()));
    values.add(speed);
    values.add(plainSpeed);
    values.add(speed == null || plainSpeed == null ? null : speed / plainSpeed);
    values.add(task.executor());
    values.add(task.device());
    values.add(task.attempt());
    return RowFactory.create(
        RowFactory.create(values.toArray()),
        generation.rounds().stream().map(StagingRows::round).toArray(Row[]::new),
        baseline == null ? null : baseline(generation, baseline),
        null);
  }

  @Override
  public Row quarantine(InputRow row, ErrorCode code, String message, int attempts) {
    return RowFactory.create(
        null, null, null, RowFactory.create(row.promptId(), row.json(), code.name(), message, task.attempt() + attempts));
  }

  private static Row round(RoundRecord round) {
    return RowFactory.create(
        round.roundIdx(),
        round.position(),
        round.liveSlots(),
        round.treeRows(),
        round.treeDepth(),
        boxed(round.widths()),
        round.accepted(),
        boxed(round.acceptedRanks()),
        boxed(round.acceptedRows()),
        round.pathLogProb(),
        boxed(round.parents()),
        boxed(round.logProbs()),
        margin(round.minMargin()),
        round.draftForwards(),
        millis(round.draftNanos()),
        millis(round.verifyNanos()));
  }

  private static Row baseline(Generation generation, Generation baseline) {
    return RowFactory.create(
        baseline.stats().roundTokens(), millis(baseline.stats().decodeNanos()), baseline.sameTokens(generation));
  }

  /** Null where no token had a runner-up, since the filters left one token only. */
  private static Float margin(float least) {
    return Float.isInfinite(least) ? null : least;
  }

  private static Double tokensPerSecond(DecodeStats stats) {
    return stats.roundTokens() == 0 || stats.decodeNanos() == 0 ? null : stats.roundTokens() * 1e9 / stats.decodeNanos();
  }

  /** Spark's row encoder takes arrays of objects only. */
  private static Integer[] boxed(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }

  private static Float[] boxed(float[] values) {
    Float[] boxed = new Float[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }

  private static double millis(long nanos) {
    return nanos / NANOS_PER_MILLI;
  }
}
