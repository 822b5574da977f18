package io.talon.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.job.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTablesTest {
  private final SparkSession spark = TestSpark.session();

  @TempDir
  Path directory;

  @Test
  void wavesAreOneTableWithAColumn() {
    write("'a' as prompt_id", "wave=00000/generations");
    write("'b' as prompt_id", "wave=00012/generations");
    write("'c' as prompt_id", "_work/wave=00013/generations");
    write("'r' as run_id", "runs");
    RunTables tables = RunTables.of(spark, directory.toString());
    assertThat(tables.generations().orderBy("prompt_id").collectAsList())
        .extracting(row -> row.mkString(" "))
        .containsExactly("a 0", "b 12");
    assertThat(tables.runs().columns()).containsExactly("run_id");
    assertThatThrownBy(tables::rounds).hasMessageContaining("its table rounds cannot be read");
  }

  @Test
  void aWaveThatIsBeingReplacedIsWaitedFor() throws IOException {
    write("'a' as prompt_id", "wave=00000/generations");
    write("'b' as prompt_id", "wave=00001/generations");
    Path there = directory.resolve("wave=00001");
    Path away = Files.createDirectory(directory.resolve("_retired")).resolve("wave=00001");
    Files.move(there, away);
    RunTables tables = RunTables.of(spark, directory.toString());
    assertThatThrownBy(tables::generations).hasMessageContaining("was about to be replaced when its driver ended");
    CompletableFuture<Long> rows = CompletableFuture.supplyAsync(() -> tables.generations().count());
    assertThat(rows).isNotDone();
    Files.move(away, there);
    assertThat(rows.join()).isEqualTo(2);
  }

  @Test
  void runsOfEarlierVersionsHaveOneDirectoryPerTable() {
    write("'a' as prompt_id", "generations/run_id=r/wave=0");
    write("'q' as prompt_id", "quarantine");
    RunTables tables = RunTables.of(spark, directory.toString());
    assertThat(tables.generations().select("prompt_id", "wave").head().mkString(" ")).isEqualTo("a 0");
    assertThat(tables.quarantine().head().mkString(" ")).isEqualTo("q 0");
    assertThatThrownBy(tables::runs).hasMessageContaining(directory + " is not the output of a finished run");
  }

  private void write(String columns, String place) {
    spark.sql("select " + columns).write().parquet(directory.resolve(place).toString());
  }
}
