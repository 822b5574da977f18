package io.talon.job.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.serve.EngineReport;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void theLineShowsRateAcceptanceAndTimeLeft() {
    Progress progress = new Progress(10, 2, 12, 3000, 500, 2000, 0, 0);
    assertThat(ProgressLine.text(progress, Progress.NONE, 40, Duration.ofSeconds(20)))
        .isEqualTo("10/40 rows  150 tokens/s  4.00 accepted per round  2 in quarantine  0:01:00 left");
    assertThat(ProgressLine.text(Progress.NONE, Progress.NONE, 40, Duration.ZERO))
        .isEqualTo("0/40 rows  0 tokens/s  0.00 accepted per round");
    assertThat(ProgressLine.text(progress, new Progress(5, 2, 6, 1000, 250, 1000, 0, 0), 40, Duration.ofSeconds(20)))
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
    assertThat(one.value()).isEqualTo(new Progress(2, 1, 0, 0, 0, 0, 0, 0));
    assertThat(one.copyAndReset().isZero()).isTrue();
    one.reset();
    assertThat(one.value()).isEqualTo(Progress.NONE);
  }

  @Test
  void theErrorLimitNeedsTwentyRows() {
    ErrorLimit limit = new ErrorLimit(0.5);
    assertThat(limit.exceeded(new Progress(19, 19, 0, 0, 0, 0, 0, 0))).isFalse();
    assertThat(limit.exceeded(new Progress(20, 10, 0, 0, 0, 0, 0, 0))).as("Should bear half of the rows").isFalse();
    assertThatThrownBy(() -> limit.check(new Progress(20, 11, 0, 0, 0, 0, 0, 0)))
        .hasMessage(
            "11 of 20 rows are bad, more than --max-error-rate 0.5 allows; "
                + "rerun with --max-error-rate 1 to see them in the quarantine");
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
