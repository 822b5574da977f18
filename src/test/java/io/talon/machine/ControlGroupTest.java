package io.talon.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupTest {
  @TempDir
  Path root;

  @Test
  void versionTwoTakesTheTightestGroupOnTheWayUp() throws IOException {
    file("job/cpu.max", "400000 100000");
    file("job/memory.max", "9000");
    file("job/memory.current", "1000");
    file("job/task/cpu.max", "max 100000");
    file("job/task/memory.max", "8000");
    file("job/task/memory.current", "6000");
    file("job/task/memory.stat", "anon 5500\nfile 500\ninactive_file 300\nactive_file 200");
    assertThat(read("0::/job/task")).isEqualTo(new ControlGroup(4, 2300));
  }

  @Test
  void aContainerSeesItsOwnGroupAsTheRoot() throws IOException {
    file("cpu.max", "250000 100000");
    file("memory.max", "max");
    file("memory.current", "6000");
    ControlGroup limits = read("0::/");
    assertThat(limits).isEqualTo(new ControlGroup(2.5, Long.MAX_VALUE));
    assertThat(limits.processors(64)).isEqualTo(3);
    assertThat(limits.processors(2)).isEqualTo(2);
  }

  @Test
  void versionOneHasAHierarchyForEachController() throws IOException {
    file("cpu/docker/a/cpu.cfs_quota_us", "50000");
    file("cpu/docker/a/cpu.cfs_period_us", "100000");
    file("cpu/docker/cpu.cfs_quota_us", "-1");
    file("cpu/docker/cpu.cfs_period_us", "100000");
    file("memory/docker/a/memory.limit_in_bytes", "5000");
    file("memory/docker/a/memory.usage_in_bytes", "4000");
    file("memory/docker/a/memory.stat", "inactive_file 1\ntotal_inactive_file 50");
    file("memory/memory.limit_in_bytes", "9223372036854771712"); // no limit
    file("memory/memory.usage_in_bytes", "7000");
    ControlGroup limits = read("4:memory:/docker/a\n2:cpu,cpuacct:/docker/a\n1:name=systemd:/docker/a");
    assertThat(limits).isEqualTo(new ControlGroup(0.5, 1050));
    assertThat(limits.processors(8)).isEqualTo(1);
  }

  @Test
  void pathsOfTheHostThatAContainerDoesNotSeeAreSkipped() throws IOException {
    file("memory/memory.limit_in_bytes", "5000");
    file("memory/memory.usage_in_bytes", "4000");
    assertThat(read("4:memory:/docker/of-the-host/a").freeBytes()).isEqualTo(1000);
  }

  @Test
  void nothingLimitsWhereThereAreNoFiles() throws IOException {
    ControlGroup none = new ControlGroup(Double.POSITIVE_INFINITY, Long.MAX_VALUE);
    assertThat(ControlGroup.read(root.resolve("absent"), root)).isEqualTo(none);
    assertThat(read("0::/job\nnonsense")).isEqualTo(none);
    assertThat(none.processors(8)).isEqualTo(8);
  }

  @Test
  void aGroupBeyondItsLimitHasNothingFree() throws IOException {
    file("memory.max", "5000");
    file("memory.current", "5100");
    assertThat(read("0::/").freeBytes()).isZero();
  }

  @Test
  void theHostSaysWhatIsAvailable() throws IOException {
    Path info = file("meminfo", "MemTotal:       24614656 kB\nMemFree:         1234 kB\nMemAvailable:   12 kB");
    assertThat(FreeMemory.available(info)).isEqualTo(12288);
    assertThat(FreeMemory.available(root.resolve("absent"))).isEqualTo(Long.MAX_VALUE);
    assertThat(FreeMemory.ofHost()).as("Should be some memory, and not all there is").isBetween(1L, 1L << 50);
  }

  @Test
  void bytesAreForPeople() {
    assertThat(FreeMemory.text(999)).isEqualTo("999 bytes");
    assertThat(FreeMemory.text(12_345_678)).isEqualTo("12.3 MB");
    assertThat(FreeMemory.text(5_000_000_000_000_000L)).isEqualTo("5000.0 TB");
  }

  private ControlGroup read(String membership) throws IOException {
    return ControlGroup.read(file("membership", membership), root);
  }

  private Path file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text + "\n");
  }
}
