package io.talon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the scripts in jobs give to Java. */
class ScriptsTest {
  private static final String COMPILER = "-XX:TieredStopAtLevel=1 ";
  private static final String COLLECTOR = "-XX:+UseSerialGC ";

  @ParameterizedTest
  @CsvSource({
    "2, generate, '', '', '', '" + COMPILER + COLLECTOR + "'",
    "8, bench, local[2], cpu, -Xmn1m, '" + COMPILER + COLLECTOR + "'",
    "9, generate, '', '', '', ''",
    "2, generate, '', cuda:0, '', ''",
    "2, sql, '', '', '', ''",
    "2, generate, spark://host:7077, '', '', ''",
    "2, generate, '', '', -XX:-TieredCompilation, '" + COLLECTOR + "'",
    "2, generate, '', '', -Xmn1m -XX:TieredStopAtLevel=4, '" + COLLECTOR + "'",
    "2, generate, '', '', -Xint, '" + COLLECTOR + "'",
    "2, generate, '', '', -XX:+UseG1GC, '" + COMPILER + "'",
    "2, generate, '', '', -Xint -XX:-UseParallelGC, ''",
  })
  void javaIsSparingBesideAnEngineOnFewCores(
      String processors, String command, String master, String device, String given, String expected) throws Exception {
    String script = "set -euo pipefail; source jobs/common.sh; processors() { echo %s; }; sparing '%s' '%s' '%s'"
        .formatted(processors, command, master, device);
    for (String variable : new String[] {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"}) {
      ProcessBuilder builder = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true);
      builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
      builder.environment().putAll(Map.of(variable, given));
      Process process = builder.start();
      assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(expected);
      assertThat(process.waitFor()).isZero();
    }
  }
}
