package io.talon.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Dockerfiles, as far as can be known without building them: instructions, sources, versions. */
class ImagesTest {
  private static final Path CPU = Path.of("conf/docker/Dockerfile");
  private static final Path CUDA = Path.of("conf/docker/Dockerfile.cuda");
  private static final Set<String> INSTRUCTIONS = Set.of(
      "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "ONBUILD", "RUN", "SHELL",
      "STOPSIGNAL", "USER", "VOLUME", "WORKDIR");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
  private static final Pattern ASSIGNMENT = Pattern.compile("(\\w+)=(\\S+)");

  /** A line of a Dockerfile, with those that continue it. */
  private record Instruction(String name, String rest) {
    static List<Instruction> of(String dockerfile) {
      List<Instruction> all = new ArrayList<>();
      StringBuilder line = new StringBuilder();
      for (String part : dockerfile.split("\n")) {
        if (part.isBlank() || part.startsWith("#")) {
          continue;
        }
        boolean goesOn = part.endsWith("\\");
        line.append(goesOn ? part.substring(0, part.length() - 1) : part);
        if (!goesOn) {
          String[] words = line.toString().strip().split("\\s+", 2);
          all.add(new Instruction(words[0], words.length > 1 ? words[1].replaceAll("\\s+", " ") : ""));
          line.setLength(0);
        }
      }
      return all;
    }

    /** The words after the flags. */
    List<String> words() {
      return Stream.of(rest.split(" ")).filter(word -> !word.startsWith("--")).toList();
    }

    Map<String, String> assignments() {
      Map<String, String> found = new HashMap<>();
      Matcher matcher = ASSIGNMENT.matcher(rest);
      while (matcher.find()) {
        found.put(matcher.group(1), matcher.group(2));
      }
      return found;
    }
  }

  @Test
  void bothCanBeBuilt() throws Exception {
    assertThat(complaints(Files.readString(CPU))).isEmpty();
    assertThat(complaints(Files.readString(CUDA))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "FROM apache/spark:3.5.7-scala2.12-java17-ubuntu | RUN true | RUN stands before FROM",
        "apache/spark:3.5.7-scala2.12-java17-ubuntu | apache/spark | the image needs a tag other than latest: apache/spark",
        "apache/spark:3.5.7-scala2.12-java17-ubuntu | apache/spark:latest | the image needs a tag other than latest: apache/spark:latest",
        "ENV OPT_OUT | ENVIRONMENT OPT_OUT | unknown instruction: ENVIRONMENT",
        "DJL_OFFLINE=true | DJL_OFFLINE | ENV must be NAME=VALUE ...: OPT_OUT_TRACKING=true DJL_OFFLINE DJL_CACHE_DIR=/tmp/djl",
        "conf/gpus.sh | conf/gpu.sh | nothing to copy at conf/gpu.sh",
        "conf/*.conf | conf/*.cnf | nothing to copy at conf/*.cnf",
        "spark-0.1.0-app | spark-0.2.0-app | nothing to copy at target/talon-spark-0.2.0-app.jar",
        "DJL_CACHE_DIR=/tmp/djl | DJL_CACHE_DIR=/tmp/djl \\ | ENV must be NAME=VALUE ...: OPT_OUT_TRACKING=true DJL_OFFLINE=true DJL_CACHE_DIR=/tmp/djl USER spark",
        "USER spark | USER root | the image must not run as root",
      })
  void faultsWouldBeSeen(String sound, String broken, String complaint) throws Exception {
    String text = Files.readString(CPU);
    assertThat(text).contains(sound);
    assertThat(complaints(text.replace(sound, broken))).contains(complaint);
  }

  @Test
  void stagesAreNamedBeforeTheyAreCopiedFrom() throws Exception {
    String text = Files.readString(CUDA);
    assertThat(complaints(text.replace("--from=libtorch", "--from=torch")))
        .containsExactly("no stage before this is called torch");
    assertThat(complaints(text.replace(":0.1.0\n\n", "\n\n")))
        .containsExactly("the image needs a tag other than latest: registry.example.org/talon-spark");
  }

  @Test
  void versionsAreThoseOfTheBuild() throws Exception {
    Pom pom = Pom.read();
    assertThat(Files.readString(CPU))
        .contains("FROM apache/spark:" + pom.spark() + "-scala" + pom.scala() + "-java17-ubuntu\n")
        .contains(" -t registry.example.org/talon-spark:" + pom.version() + " .");
    String cuda = Files.readString(CUDA);
    Map<String, String> variables = variables(cuda);
    String toolkit = variables.get("PYTORCH_FLAVOR").replaceFirst("cu(\\d+)(\\d)", "cuda$1.$2");
    assertThat(variables.get("PYTORCH_VERSION")).isEqualTo(pom.libtorch());
    assertThat(cuda)
        .contains("FROM pytorch/pytorch:" + pom.libtorch() + "-" + toolkit + "-")
        .contains("ARG TALON_IMAGE=registry.example.org/talon-spark:" + pom.version() + "\n")
        .contains(" -t registry.example.org/talon-spark:" + pom.version() + "-cuda .")
        .contains("COPY --from=libtorch /libtorch " + variables.get("PYTORCH_LIBRARY_PATH") + "\n");
  }

  /** What an image sets for whatever runs in it. */
  static Map<String, String> variables(String dockerfile) {
    Map<String, String> all = new HashMap<>();
    Instruction.of(dockerfile).stream().filter(line -> line.name().equals("ENV")).forEach(line -> all.putAll(line.assignments()));
    return all;
  }

  private static List<String> complaints(String dockerfile) throws Exception {
    List<String> complaints = new ArrayList<>();
    Set<String> stages = new HashSet<>();
    Map<String, String> arguments = new HashMap<>();
    String user = "root";
    boolean begun = false;
    for (Instruction line : Instruction.of(dockerfile)) {
      if (!INSTRUCTIONS.contains(line.name())) {
        complaints.add("unknown instruction: " + line.name());
      }
      begun |= line.name().equals("FROM");
      if (!begun && !line.name().equals("ARG")) {
        complaints.add(line.name() + " stands before FROM");
      }
      switch (line.name()) {
        case "ARG" -> arguments.putAll(line.assignments());
        case "FROM" -> {
          user = "root";
          from(line, arguments, stages, complaints);
        }
        case "COPY", "ADD" -> copy(line, stages, complaints);
        case "ENV" -> {
          if (!line.rest().matches(ASSIGNMENT + "( " + ASSIGNMENT + ")*")) {
            complaints.add("ENV must be NAME=VALUE ...: " + line.rest());
          }
        }
        case "USER" -> user = line.rest();
        default -> {
          if (line.rest().isEmpty()) {
            complaints.add(line.name() + " says nothing");
          }
        }
      }
    }
    if (user.equals("root") || user.equals("0")) {
      complaints.add("the image must not run as root");
    }
    return complaints;
  }

  private static void from(Instruction line, Map<String, String> arguments, Set<String> stages, List<String> complaints) {
    List<String> words = line.words();
    String image = VARIABLE.matcher(words.get(0)).replaceAll(found -> arguments.getOrDefault(found.group(1), "unset"));
    boolean pinned = image.matches("[\\w./-]+(:\\w[\\w.-]*|@sha256:[0-9a-f]{64})") && !image.endsWith(":latest");
    if (!pinned && !stages.contains(image)) {
      complaints.add("the image needs a tag other than latest: " + image);
    }
    if (words.size() == 3 && words.get(1).equalsIgnoreCase("AS")) {
      stages.add(words.get(2));
    } else if (words.size() != 1) {
      complaints.add("FROM must be IMAGE [AS NAME]: " + line.rest());
    }
  }

  private static void copy(Instruction line, Set<String> stages, List<String> complaints) throws Exception {
    List<String> words = line.words();
    if (words.size() < 2) {
      complaints.add("COPY needs a source and a target: " + line.rest());
    }
    Matcher from = Pattern.compile("--from=(\\S+)").matcher(line.rest());
    if (from.find()) {
      if (!stages.contains(from.group(1))) {
        complaints.add("no stage before this is called " + from.group(1));
      }
      return;
    }
    for (String source : words.subList(0, words.size() - 1)) {
      if (!source.equals("target/" + Pom.read().appJar()) && !exists(source)) {
        complaints.add("nothing to copy at " + source);
      }
    }
  }

  /** Whether the repository has a file of this name, in which the last part may be a pattern. */
  private static boolean exists(String source) throws IOException {
    Path directory = Path.of(source).getParent();
    PathMatcher pattern = FileSystems.getDefault().getPathMatcher("glob:" + source);
    if (directory == null || directory.startsWith("target") || !Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(pattern::matches);
    }
  }
}
