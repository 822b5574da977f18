package io.talon.job.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.serve.EngineReport;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void theLineShowsRateAcceptanceAndTimeLeft() {
    Progress progress = new Progress(12, 10, 2, 12, 3000, 500, 2000, 0, 0);
    assertThat(ProgressLine.text(progress, Progress.NONE, 40, Duration.ofSeconds(20)))
        .isEqualTo("10/40 rows  150 tokens/s  4.00 accepted per round  2 in quarantine  0:01:00 left");
    assertThat(ProgressLine.text(Progress.NONE, Progress.NONE, 40, Duration.ZERO))
        .isEqualTo("0/40 rows  0 tokens/s  0.00 accepted per round");
    assertThat(ProgressLine.text(progress, new Progress(6, 5, 2, 6, 1000, 250, 1000, 0, 0), 40, Duration.ofSeconds(20)))
        .as("Should take the speed of this driver")
        .isEqualTo("10/40 rows  100 tokens/s  4.00 accepted per round  2 in quarantine  0:02:00 left");
  }

  @Test
  void accumulatorsAddMergeAndStartAnew() {
    ProgressAccumulator one = new ProgressAccumulator();
    assertThat(one.isZero()).isTrue();
    one.add(Progress.ROW);
    ProgressAccumulator copy = one.copy();
    copy.add(Progress.BAD_ROW);
    one.merge(copy);
    assertThat(one.value()).isEqualTo(new Progress(0, 2, 1, 0, 0, 0, 0, 0, 0));
    assertThat(one.copyAndReset().isZero()).isTrue();
    one.reset();
    assertThat(one.value()).isEqualTo(Progress.NONE);
  }

  @Test
  void smallInputsMayBeAsBadAsTheyAre() {
    assertThat(new ErrorLimit(0.5, 19).exceeded(bad(19, 19))).isFalse();
    assertThat(new ErrorLimit(0.5, 20).exceeded(bad(20, 10))).as("Should bear half of the rows").isFalse();
    assertThatThrownBy(() -> new ErrorLimit(0.5, 20).check(bad(11, 11)))
        .hasMessage(
            "11 of the 11 rows that were begun, of 20 in all, are bad, more than --max-error-rate 0.5 allows; "
                + "rerun with --max-error-rate 1 to see them in the quarantine");
    assertThat(new ErrorLimit(0, 20).exceeded(bad(1, 1))).as("Should bear none at all").isTrue();
  }

  @Test
  void aHundredBadRowsAtTheStartOfAGoodInputAreBorne() {
    ErrorLimit strict = new ErrorLimit(0.01, 100_000);
    assertThat(strict.exceeded(bad(100, 100))).isFalse();
    assertThat(strict.exceeded(bad(132, 100))).as("Should wait while good rows are being decoded").isFalse();
    assertThat(strict.exceeded(bad(100_000, 1000))).isFalse();
    assertThat(strict.exceeded(bad(1_002, 1_001))).isTrue();
  }

  @Test
  void anInputThatIsBadThroughoutEndsEarly() {
    ErrorLimit limit = new ErrorLimit(0.5, 10_000_000);
    assertThat(limit.exceeded(bad(200, 200))).isFalse();
    assertThat(limit.exceeded(bad(201, 201))).isTrue();
    assertThat(limit.exceeded(new Progress(402, 201, 201, 0, 0, 0, 0, 0, 0)))
        .as("Should count rows that are begun, good ones being through later")
        .isFalse();
    assertThat(new ErrorLimit(1, 30).exceeded(bad(30, 30))).isFalse();
  }

  private static Progress bad(long begun, long bad) {
    return new Progress(begun, bad, bad, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void theLatestReportOfAnEngineStays() {
    EngineReports reports = new EngineReports();
    assertThat(reports.isZero()).isTrue();
    reports.add(new EngineReport("driver cpu", 9, "{}", "new"));
    reports.add(new EngineReport("driver cpu", 5, "{}", "old"));
    assertThat(reports.value().values()).extracting(EngineReport::costs).containsExactly("new");
  }
}
