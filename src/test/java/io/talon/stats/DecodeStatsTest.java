package io.talon.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DecodeStatsTest {
  private static RoundTimes times(long draft, long verify, long commit, long round) {
    RoundTimes times = new RoundTimes();
    times.addDraft(draft / 2);
    times.addDraft(draft - draft / 2);
    times.addVerify(verify);
    times.addCommit(commit);
    times.finish(round);
    return times;
  }

  private static DecodeStats threeRounds() {
    LiveCounters counters = new LiveCounters(8);
    counters.begin(2.5f);
    counters.observe(8, 4, 3, 4, 3, times(40, 100, 5, 150));
    counters.observe(5, 2, 0, 1, 0.5f, times(20, 90, 5, 120));
    counters.observe(1, 0, 0, 1, 7, times(0, 80, 0, 81));
    return counters.summary(1000);
  }

  @Test
  void countersAddUp() {
    DecodeStats stats = threeRounds();
    assertThat(stats.rounds()).isEqualTo(3);
    assertThat(stats.draftForwards()).isEqualTo(6);
    assertThat(stats.draftTokens()).as("Should not count roots").isEqualTo(11);
    assertThat(stats.acceptedDraftTokens()).isEqualTo(3);
    assertThat(stats.roundTokens()).isEqualTo(6);
    assertThat(stats.minMargin()).as("Should be the smallest of prefill and rounds").isEqualTo(0.5f);
    assertThat(stats.acceptanceHistogram()).as("Should end at the largest").containsExactly(2, 0, 0, 1);
    assertThat(stats.prefillNanos()).isEqualTo(1000);
    assertThat(stats.draftNanos()).isEqualTo(60);
    assertThat(stats.verifyNanos()).isEqualTo(270);
    assertThat(stats.hostNanos()).as("Should be what is left outside draft, verify and commit").isEqualTo(5 + 5 + 1);
    assertThat(stats.decodeNanos()).isEqualTo(351);
  }

  @Test
  void figuresAreThoseOfThePaper() {
    DecodeStats stats = threeRounds();
    assertThat(stats.meanAcceptedTokens()).isEqualTo(2);
    assertThat(stats.draftEfficiency()).isEqualTo(2);
    assertThat(stats.draftAcceptanceRate()).isEqualTo(3 / 11.0);
  }

  @Test
  void theMarginOfPrefillCounts() {
    LiveCounters counters = new LiveCounters(2);
    counters.begin(0.25f);
    counters.observe(1, 0, 0, 1, 4, times(1, 1, 1, 3));
    assertThat(counters.summary(1).minMargin()).isEqualTo(0.25f);
  }

  @Test
  void noRoundsAreNoDivisionByZero() {
    DecodeStats stats = new LiveCounters(8).summary(1000);
    assertThat(stats.acceptanceHistogram()).isEmpty();
    assertThat(stats.meanAcceptedTokens()).isZero();
    assertThat(stats.draftEfficiency()).isZero();
    assertThat(stats.draftAcceptanceRate()).isZero();
    assertThat(DecodeTotals.ZERO.tokensPerSecond()).isZero();
    assertThat(DecodeTotals.ZERO.tokensPerSecond(0)).isZero();
  }

  @Test
  void totalsAreRatiosOfSums() {
    LiveCounters one = new LiveCounters(2);
    one.observe(2, 1, 1, 2, 1, times(10, 20, 0, 49));
    DecodeTotals totals = DecodeTotals.ZERO.plus(threeRounds()).plus(one.summary(500));
    assertThat(totals.generations()).isEqualTo(2);
    assertThat(totals.meanAcceptedTokens()).as("Should weigh by rounds").isEqualTo(8 / 4.0);
    assertThat(totals.draftEfficiency()).isEqualTo(7 / 4.0);
    assertThat(totals.draftAcceptanceRate()).isEqualTo(4 / 12.0);
    assertThat(totals.tokens()).as("Should add the token of each prefill").isEqualTo(10);
    assertThat(totals.tokensPerSecond()).isEqualTo(8 / 400e-9, within(1e-3));
    assertThat(totals.tokensPerSecond(1_000_000_000L)).isEqualTo(10);
    assertThat(totals.prefillNanos()).isEqualTo(1500);
    assertThat(totals.plus(totals)).isEqualTo(DecodeTotals.ZERO.plus(totals).plus(totals));
  }
}
