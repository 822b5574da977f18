package io.talon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchJobTest {
  @TempDir
  Path directory;

  @Test
  void everyCombinationIsComparedWithPlainDecoding() throws IOException {
    Path json = directory.resolve("figures/bench.jsonl");
    JobRun run = JobRun.bench(
        "--input", JobRun.SAMPLES.resolve("prompts.jsonl").toString(),
        "--limit", "4",
        "--policies", "talon:8:2:0.1,chain",
        "--budgets", "8",
        "--batches", "1,2",
        "--repeats", "2",
        "--json", json.toString())
        .expect(0);
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(json)) {
      lines.add(new ObjectMapper().readTree(line));
    }
    assertThat(lines)
        .extracting(line -> line.get("policy").asText() + " " + line.get("budget").asInt() + " " + line.get("batch").asInt())
        .containsExactly("ar 1 1", "talon 8 1", "chain 8 1", "ar 1 2", "talon 8 2", "chain 8 2");
    assertThat(lines).allSatisfy(line -> {
      assertThat(line.get("equal_to_ar").asBoolean()).isTrue();
      assertThat(line.get("tokens_per_s").asDouble()).isPositive();
      assertThat(line.get("tokens_per_s_repeats")).hasSize(2);
      assertThat(line.get("decoding_tokens_per_s").asDouble()).isPositive();
      assertThat(line.get("verify_ms_by_rows")).isNotEmpty();
      assertThat(line.get("bandwidth_share").asDouble()).isPositive();
      assertThat(line.get("host_share").asDouble()).isBetween(0.0, 1.0);
    });
    JsonNode plain = lines.get(0);
    assertThat(plain.get("tau").asDouble()).isEqualTo(1);
    assertThat(plain.get("delta").asDouble()).isZero();
    assertThat(plain.get("speedup").asDouble()).isEqualTo(1);
    assertThat(plain.get("c").isNull()).as("Should have no cost without drafts").isTrue();
    assertThat(plain.get("verify_ms_by_rows").fieldNames()).toIterable().containsExactly("1");
    assertThat(lines.get(1).get("tau").asDouble()).isGreaterThan(1.5);
    assertThat(lines.get(1).get("width").asInt()).isEqualTo(2);
    assertThat(lines.get(1).get("mu").asDouble()).isEqualTo(0.1);
    assertThat(lines.get(1).get("c").asDouble()).isPositive();
    assertThat(run.out()).contains("equal to ar", "memory reads at");
  }
}
