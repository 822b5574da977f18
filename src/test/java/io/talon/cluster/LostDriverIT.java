package io.talon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose driver is killed while it reads, decodes and commits, and that the same command takes up again. */
class LostDriverIT {
  private static final String[] ARGUMENTS = {
    "--input", Undisturbed.INPUT.toString(), "--temperature", "1", "--wave-rows", "15", "--partitions", "14"};

  private static final long POLL_MILLIS = 20;

  @TempDir
  Path directory;

  @Test
  void theSameCommandGoesOnWhereTheDriverWasKilled() throws Exception {
    Path output = directory.resolve("out");
    try (WaveWatch watch = new WaveWatch(output)) {
      killWhen("reading:0", output);
      assertThat(watch.seen()).isEmpty();
      killWhileItDecodes("staged-1", output);
      killWhen("committing:2", output);
      assertThat(watch.seen()).as("Should have committed the first wave").contains("wave=00000").doesNotContain("wave=00002");
      JobRun run = generate(output).expect(0);
      watch.check();
      assertThat(run.texts()).isEqualTo(Undisturbed.texts(1));
      assertThat(run.table("generations").count()).as("Should have every text once").isEqualTo(run.texts().size());
      JobRun again = generate(output).expect(0);
      assertThat(again.texts()).isEqualTo(Undisturbed.texts(1));
      watch.check();
    }
  }

  /** Runs the command with a driver that stands still at a place, and kills it there. */
  private static void killWhen(String place, Path output) throws Exception {
    JavaProcess driver = TestCluster.shared().generate(output, Map.of("TALON_STOP_AT", place), ARGUMENTS);
    driver.awaitErr("standing still, as asked for by TALON_STOP_AT " + place);
    driver.kill();
  }

  /** Runs the command and kills its driver when an executor has decoded a unit of a wave, and others are being decoded. */
  private static void killWhileItDecodes(String wave, Path output) throws Exception {
    JavaProcess driver = TestCluster.shared().generate(output, Map.of(), ARGUMENTS);
    while (TestCluster.shared().executors().stream().noneMatch(executor -> executor.hasDecoded(wave))) {
      assertThat(driver.alive()).as("Should come to decode %s; see %s", wave, driver).isTrue();
      Thread.sleep(POLL_MILLIS);
    }
    assertThat(driver.alive()).as("Should still have work to do; see %s", driver).isTrue();
    driver.kill();
  }

  private static JobRun generate(Path output) throws Exception {
    JavaProcess driver = TestCluster.shared().generate(output, Map.of(), ARGUMENTS);
    int exitCode = driver.exitCode();
    return new JobRun(exitCode, driver.out(), driver.err(), output);
  }
}
