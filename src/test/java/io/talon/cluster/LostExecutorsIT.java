package io.talon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import io.talon.cluster.TestCluster.Executor;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose executors are killed one after another. */
class LostExecutorsIT {
  private static final int KILLS = 5;
  private static final long POLL_MILLIS = 20;

  @TempDir
  Path directory;

  @Test
  void fiveLostExecutorsChangeNothing() throws Exception {
    String[] arguments = {
      "--input", Undisturbed.INPUT.toString(),
      "--temperature", "1",
      "--samples", "2",
      "--partitions", "42"};
    Path output = directory.resolve("out");
    JavaProcess driver = TestCluster.shared().generate(output, Map.of(), arguments);
    Set<Long> killed = new HashSet<>();
    while (killed.size() < KILLS) {
      assertThat(driver.alive()).as("Should outlive the loss of %d executors; see %s", killed.size(), driver).isTrue();
      for (Executor executor : TestCluster.shared().executors()) {
        if (killed.size() < KILLS && executor.hasDecoded("staged-0")) {
          executor.kill();
          killed.add(executor.process().pid());
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
    JobRun run = new JobRun(driver.exitCode(), driver.out(), driver.err(), output).expect(0);
    assertThat(run.table("generations").count()).as("Should have every text once").isEqualTo(run.texts().size());
    assertThat(run.texts()).isEqualTo(Undisturbed.texts(2));
  }
}
