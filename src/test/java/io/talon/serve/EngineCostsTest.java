package io.talon.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cost.CostGrid;
import io.talon.cost.CostProbe.Measurement;
import io.talon.cost.CostTable;
import io.talon.cost.UnevenTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of measured costs from one engine to the next. */
class EngineCostsTest {
  @TempDir
  private Path directory;

  private final Deque<Measurement> measurements = new ArrayDeque<>();
  private final List<Long> millis = new ArrayList<>(); // that each measurement was allowed

  @Test
  void aSteadyTableIsMeasuredOnce() {
    measurements.add(new Measurement(table(5), true));
    assertThat(read()).isEqualTo(5);
    assertThat(read()).isEqualTo(5);
    assertThat(millis).containsExactly(4000L);
  }

  @Test
  void oneOfABusyMachineIsMeasuredAgainAndTheSmallerTimesCount() {
    measurements.add(new Measurement(table(9), false));
    measurements.add(new Measurement(table(7), false));
    measurements.add(new Measurement(table(8), false));
    assertThat(List.of(read(), read(), read(), read())).containsExactly(9.0, 7.0, 7.0, 7.0);
    assertThat(millis).as("not more often than thrice").containsExactly(4000L, 2000L, 2000L);
  }

  @Test
  void aSteadyOneEndsIt() {
    measurements.add(new Measurement(table(9), false));
    measurements.add(new Measurement(table(6), true));
    assertThat(List.of(read(), read(), read())).containsExactly(9.0, 6.0, 6.0);
    assertThat(millis).containsExactly(4000L, 2000L);
  }

  @Test
  void aFileThatIsNoTableIsMeasuredAfresh() throws IOException {
    Files.writeString(directory.resolve("costs.json"), "{\"verify\": 3");
    measurements.add(new Measurement(table(4), true));
    assertThat(List.of(read(), read())).containsExactly(4.0, 4.0);
    Files.writeString(directory.resolve("costs.json"), "{}");
    measurements.add(new Measurement(table(3), true));
    assertThat(List.of(read(), read())).containsExactly(3.0, 3.0);
  }

  @Test
  void whatCannotBeMeasuredIsNotKept() {
    measurements.add(new Measurement(CostTable.ASSUMED, false));
    read();
    assertThat(directory.resolve("costs.json")).doesNotExist();
  }

  /** Milliseconds of a forward of one row. */
  private double read() {
    CostTable table = EngineCosts.read(directory.resolve("costs.json"), allowed -> {
      millis.add(allowed / 1_000_000);
      return measurements.remove();
    });
    return table.verify(1, 1, table.context()) / 1e6;
  }

  private static CostTable table(double millisOfARow) {
    CostGrid grid = new CostGrid(new int[] {1}, new int[][] {{1, 8}}, new double[][] {{millisOfARow * 1e6, 20e6}});
    return new CostTable(grid, grid, grid, grid, 24, 0, 0, UnevenTrees.FREE, 0);
  }
}
