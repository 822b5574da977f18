package io.talon.conf;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.TalonException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.internal.config.ConfigReader;
import org.apache.spark.internal.config.Network$;
import org.apache.spark.internal.config.Worker$;
import org.apache.spark.internal.config.package$;
import org.apache.spark.sql.internal.SQLConf$;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The properties files for cluster managers: every name is one that Spark reads, every value of its type, and all agree. */
class ClusterFilesTest {
  /** Where Spark's entries are made, which happens when these are first touched. */
  private static final List<Object> ENTRIES = List.of(package$.MODULE$, Network$.MODULE$, Worker$.MODULE$, SQLConf$.MODULE$);

  /** Names that Spark has no entries for, most because their middles are the user's. */
  private static final List<Pattern> OPEN = Stream.of(
      "spark\\.stage\\.maxConsecutiveAttempts", // which the scheduler reads without an entry
      "spark\\.hadoop\\.(mapreduce|fs)\\..+",
      "spark\\.executorEnv\\.[A-Z_]+",
      "spark\\.metrics\\.conf\\.\\*\\.sink\\.\\w+\\.\\w+",
      "spark\\.(executor|task|worker)\\.resource\\.gpu\\.(amount|vendor|discoveryScript)",
      "spark\\.kubernetes\\.(container\\.image|namespace|authenticate\\.driver\\.serviceAccountName)",
      "spark\\.kubernetes\\.(driver|executor)\\.volumes\\.persistentVolumeClaim\\.\\w+\\.(options\\.claimName|mount\\.path|mount\\.readOnly)")
      .map(Pattern::compile)
      .toList();
  private static final Pattern SETTING = Pattern.compile("(#\\s*)?(spark\\.\\S+)(\\s+(\\S.*))?");

  /** The settings of a properties file; those that are commented out are settings somebody may take. */
  static Map<String, String> settings(String file) {
    Map<String, String> found = new TreeMap<>();
    for (String line : file.split("\n")) {
      Matcher matcher = SETTING.matcher(line);
      if (matcher.matches() && !line.startsWith("#")) {
        found.put(matcher.group(2), matcher.group(4));
      }
    }
    return found;
  }

  static Map<String, String> settings(Path file) throws Exception {
    return settings(Files.readString(file));
  }

  /** What is wrong with a setting, if anything. */
  static List<String> complaints(String name, String value) {
    ConfigEntry<?> entry = ConfigEntry.findEntry(name);
    if (value == null) {
      return List.of(name + " has no value");
    }
    if (entry == null) {
      boolean open = OPEN.stream().anyMatch(pattern -> pattern.matcher(name).matches());
      return open ? List.of() : List.of("Spark knows no " + name);
    }
    try {
      entry.readFrom(new ConfigReader(Map.of(name, value)));
      return List.of();
    } catch (IllegalArgumentException e) {
      return List.of(name + " cannot be " + value);
    }
  }

  private static List<String> complaints(String file) {
    List<String> complaints = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (String line : file.split("\n")) {
      Matcher matcher = SETTING.matcher(line);
      if (matcher.matches()) {
        complaints.addAll(complaints(matcher.group(2), matcher.group(4)));
        if (!line.startsWith("#") && names.contains(matcher.group(2))) {
          complaints.add(matcher.group(2) + " is set twice");
        }
        names.add(matcher.group(2));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        complaints.add("neither a setting nor a comment: " + line);
      }
    }
    return complaints;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"spark-common", "spark-standalone-gpu", "spark-yarn-gpu", "spark-kubernetes-gpu", "object-stores"})
  void everySettingIsOneThatSparkReads(String name) throws Exception {
    assertThat(complaints(Files.readString(Path.of("conf/" + name + ".conf")))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "spark.speculation , spark.speculations , Spark knows no spark.speculations",
    "600s, 600q, spark.network.timeout cannot be 600q",
    "false, no, spark.speculation cannot be no",
    "spark.scheduler.mode                  FAIR, spark.scheduler.mode, spark.scheduler.mode has no value",
    "spark.scheduler.mode, sparkscheduler.mode, neither a setting nor a comment: sparkscheduler.mode                  FAIR",
    "spark.decommission.enabled, spark.speculation, spark.speculation is set twice",
    "# A second copy, # spark.second copy, Spark knows no spark.second",
  })
  void faultsWouldBeSeen(String sound, String broken, String complaint) throws Exception {
    String text = Files.readString(Path.of("conf/spark-common.conf"));
    assertThat(text).contains(sound);
    assertThat(complaints(text.replace(sound, broken))).contains(complaint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"standalone", "yarn", "kubernetes"})
  void clustersHaveWhatIsCommonAndWhatTheImageSets(String manager) throws Exception {
    Map<String, String> settings = settings(Path.of("conf/spark-" + manager + "-gpu.conf"));
    assertThat(settings).containsAllEntriesOf(settings(Path.of("conf/spark-common.conf")));
    Map<String, String> image = ImagesTest.variables(Files.readString(Path.of("conf/docker/Dockerfile.cuda")));
    settings.forEach((name, value) -> {
      if (name.startsWith("spark.executorEnv.")) {
        assertThat(image).containsEntry(name.substring("spark.executorEnv.".length()), value);
      }
    });
  }

  @Test
  void textsNameTheJarThatTheBuildMakes() throws Exception {
    Pattern jar = Pattern.compile("talon-spark-[\\w.]+-app\\.jar");
    List<String> named = new ArrayList<>();
    for (String file : List.of(
        "conf/README.md", "conf/docker/Dockerfile", ".github/WAYS-IN.md", ".github/OPERATIONS.md", "jobs/examples/answers.sql")) {
      jar.matcher(Files.readString(Path.of(file))).results().forEach(found -> named.add(found.group()));
    }
    assertThat(named).hasSizeGreaterThanOrEqualTo(4).containsOnly(Pom.read().appJar());
  }

  /** What is wrong with a command line of {@code generate}, if anything. */
  static List<String> commandComplaints(List<String> arguments) {
    Map<Key, List<String>> given = new TreeMap<>();
    try {
      for (int i = 1; i < arguments.size(); i += 2) {
        Key key = Key.named(arguments.get(i).replaceFirst("^--", ""), Key.of(Command.GENERATE), arguments.get(0));
        given.put(key, List.of(i + 1 < arguments.size() ? arguments.get(i + 1) : ""));
      }
      GenerateOptions.of(Settings.layered(Command.GENERATE, given, null));
      return arguments.get(0).equals("generate") ? List.of() : List.of("no such command: " + arguments.get(0));
    } catch (TalonException e) {
      return List.of(e.getMessage());
    }
  }
}
