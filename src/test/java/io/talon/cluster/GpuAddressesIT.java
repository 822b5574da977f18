package io.talon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose workers say that they have GPUs, and where the library can open none of them. */
class GpuAddressesIT {
  @TempDir
  Path directory;

  @Test
  void theGpuThatSparkAssignedIsTheOneThatIsOpenedAndMissedBeforeTheInputIsRead() throws Exception {
    Path output = directory.resolve("out");
    JavaProcess driver = TestCluster.shared()
        .generate(output, Map.of(), "--input", Undisturbed.INPUT.toString(), "--device", "cuda");
    assertThat(driver.exitCode()).as("See %s", driver).isEqualTo(2);
    assertThat(driver.err())
        .containsPattern("error: DEVICE: executor [01] on 127\\.0\\.0\\.1: device cuda:[4567] was asked for, but 0 CUDA device")
        .doesNotContain("prompts.jsonl");
    assertThat(Files.exists(output.resolve("_input"))).as("Should not have read the input").isFalse();
  }
}
