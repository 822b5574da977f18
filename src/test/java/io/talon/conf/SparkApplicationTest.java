package io.talon.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** The SparkApplication: its fields are those of sparkoperator.k8s.io/v1beta2, and it says what the rest of conf says. */
class SparkApplicationTest {
  private static final Path FILE = Path.of("conf/kubernetes/spark-application.yaml");
  private static final String NAME = "string [a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String COUNT = "integer [1-9][0-9]*";
  private static final String SIZE = "string [1-9][0-9]*[mg]";
  private static final String POD = "spec\\.(driver|executor)\\.";

  /** Fields by their paths, each with the type and form of its values. */
  private static final Map<String, String> FIELDS = Map.ofEntries(
      Map.entry("apiVersion", "string sparkoperator\\.k8s\\.io/v1beta2"),
      Map.entry("kind", "string SparkApplication"),
      Map.entry("metadata\\.(name|namespace)", NAME),
      Map.entry("spec\\.type", "string (Java|Scala|Python|R)"),
      Map.entry("spec\\.mode", "string (cluster|client)"),
      Map.entry("spec\\.sparkVersion", "string \\d+\\.\\d+\\.\\d+"),
      Map.entry("spec\\.image", "string [\\w./-]+:(?!latest)\\w[\\w.-]*"),
      Map.entry("spec\\.imagePullPolicy", "string (Always|IfNotPresent|Never)"),
      Map.entry("spec\\.mainClass", "string [\\w.]+"),
      Map.entry("spec\\.mainApplicationFile", "string local:///\\S+\\.jar"),
      Map.entry("spec\\.arguments\\[]", "string .+"),
      Map.entry("spec\\.sparkConf\\..+", "string .+"),
      Map.entry("spec\\.restartPolicy\\.type", "string (Never|Always|OnFailure)"),
      Map.entry("spec\\.restartPolicy\\.on(Submission)?Failure(Retries|RetryInterval)", COUNT),
      Map.entry("spec\\.volumes\\[]\\.(name|persistentVolumeClaim\\.claimName)", NAME),
      Map.entry(POD + "cores", COUNT),
      Map.entry(POD + "(memory|memoryOverhead)", SIZE),
      Map.entry("spec\\.executor\\.instances", COUNT),
      Map.entry("spec\\.driver\\.serviceAccount", NAME),
      Map.entry(POD + "gpu\\.name", "string [a-z0-9.-]+/[a-z]+"),
      Map.entry(POD + "gpu\\.quantity", COUNT),
      Map.entry(POD + "volumeMounts\\[]\\.name", NAME),
      Map.entry(POD + "volumeMounts\\[]\\.mountPath", "string /\\S+"),
      Map.entry(POD + "volumeMounts\\[]\\.readOnly", "boolean .+"));
  private static final List<String> REQUIRED = List.of(
      "apiVersion", "kind", "metadata.name", "spec.type", "spec.sparkVersion", "spec.mainClass", "spec.mainApplicationFile",
      "spec.image", "spec.driver.cores", "spec.executor.instances", "spec.executor.gpu.name", "spec.executor.gpu.quantity");

  private static Map<String, List<Object>> leaves(String yaml) {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    Map<String, List<Object>> leaves = new LinkedHashMap<>();
    walk("", new Yaml(new SafeConstructor(strict)).load(yaml), leaves);
    return leaves;
  }

  private static void walk(String path, Object node, Map<String, List<Object>> leaves) {
    if (node instanceof Map<?, ?> map) {
      map.forEach((key, value) -> walk(path.isEmpty() ? String.valueOf(key) : path + "." + key, value, leaves));
    } else if (node instanceof List<?> list) {
      list.forEach(value -> walk(path + "[]", value, leaves));
    } else {
      leaves.computeIfAbsent(path, unseen -> new ArrayList<>()).add(Optional.ofNullable(node).orElse(""));
    }
  }

  private static String typed(Object value) {
    return value.getClass().getSimpleName().toLowerCase(Locale.ROOT).replace("long", "integer") + " " + value;
  }

  private static List<String> complaints(String yaml) {
    Map<String, List<Object>> leaves;
    try {
      leaves = leaves(yaml);
    } catch (YAMLException e) {
      return List.of("not YAML: " + e.getMessage().lines().findFirst().orElse(""));
    }
    List<String> complaints = new ArrayList<>();
    REQUIRED.stream().filter(path -> !leaves.containsKey(path)).forEach(path -> complaints.add(path + " is missing"));
    leaves.forEach((path, values) -> {
      Optional<String> form =
          FIELDS.entrySet().stream().filter(field -> path.matches(field.getKey())).map(Map.Entry::getValue).findFirst();
      if (form.isEmpty()) {
        complaints.add("the operator knows no " + path);
      }
      values.stream().filter(value -> form.isPresent() && !typed(value).matches(form.get())).forEach(
          value -> complaints.add(path + " cannot be " + typed(value)));
    });
    sparkConf(leaves).forEach((name, value) -> complaints.addAll(ClusterFilesTest.complaints(name, value)));
    complaints.addAll(ClusterFilesTest.commandComplaints(texts(leaves, "spec.arguments[]")));
    mounts(leaves, complaints);
    return complaints;
  }

  private static Map<String, String> sparkConf(Map<String, List<Object>> leaves) {
    Map<String, String> found = new TreeMap<>();
    leaves.forEach((path, values) -> {
      if (path.startsWith("spec.sparkConf.")) {
        found.put(path.substring("spec.sparkConf.".length()), String.valueOf(values.get(0)));
      }
    });
    return found;
  }

  private static List<String> texts(Map<String, List<Object>> leaves, String path) {
    return leaves.getOrDefault(path, List.of()).stream().map(String::valueOf).toList();
  }

  /** Every path that the command takes lies on a volume that both kinds of pods mount. */
  private static void mounts(Map<String, List<Object>> leaves, List<String> complaints) {
    List<String> volumes = texts(leaves, "spec.volumes[].name");
    List<String> arguments = texts(leaves, "spec.arguments[]");
    for (String pod : List.of("driver", "executor")) {
      texts(leaves, "spec." + pod + ".volumeMounts[].name").stream()
          .filter(name -> !volumes.contains(name))
          .forEach(name -> complaints.add(pod + " mounts " + name + ", which is no volume"));
      List<String> mounted = texts(leaves, "spec." + pod + ".volumeMounts[].mountPath");
      arguments.stream()
          .filter(argument -> argument.startsWith("/") && mounted.stream().noneMatch(mount -> argument.startsWith(mount + "/")))
          .forEach(argument -> complaints.add("the " + pod + " does not see " + argument));
    }
  }

  @Test
  void theFileIsSound() throws Exception {
    assertThat(complaints(Files.readString(FILE))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "k8s.io/v1beta2 | k8s.io/v1beta1 | apiVersion cannot be string sparkoperator.k8s.io/v1beta1",
        "kind: SparkApplication | kind: SparkApp | kind cannot be string SparkApp",
        "sparkVersion: 3.5.7 | # | spec.sparkVersion is missing",
        "sparkVersion: 3.5.7 | sparkVersion: 3.5 | spec.sparkVersion cannot be double 3.5",
        "cores: 8 | cores: '8' | spec.executor.cores cannot be string 8",
        "memory: 8g | memory: 8 | spec.executor.memory cannot be integer 8",
        "mainClass: | mainKlass: | the operator knows no spec.mainKlass",
        "quantity: 1 | quantity: 0 | spec.executor.gpu.quantity cannot be integer 0",
        "- --budget | - --bugdet | generate does not know the key bugdet; the nearest it knows is budget",
        "\"60\" | \"1\" | budget must be in [2, 4096]: 1",
        "\"60\" | 60 | spec.arguments[] cannot be integer 60",
        "- generate | - generated | no such command: generated",
        "speculation: \"false\" | speculation: false | spec.sparkConf.spark.speculation cannot be boolean false",
        "spark.task.cpus | spark.tasks.cpus | Spark knows no spark.tasks.cpus",
        "\"4\" | \"four\" | spark.task.cpus cannot be four",
        "/data/out | /out | the driver does not see /out/run1",
        "- name: data | - name: date | executor mounts date, which is no volume",
        "kind: | kind | not YAML: while scanning a simple key",
      })
  void faultsWouldBeSeen(String sound, String broken, String complaint) throws Exception {
    String text = Files.readString(FILE);
    assertThat(text).contains(sound);
    int at = text.lastIndexOf(sound); // the executor's where driver and executor have the same
    assertThat(complaints(text.substring(0, at) + broken + text.substring(at + sound.length()))).contains(complaint);
  }

  @Test
  void itSaysWhatTheOtherFilesSay() throws Exception {
    Map<String, List<Object>> leaves = leaves(Files.readString(FILE));
    Map<String, String> here = sparkConf(leaves);
    Map<String, String> submitted = ClusterFilesTest.settings(Path.of("conf/spark-kubernetes-gpu.conf"));
    submitted.forEach((name, value) -> {
      String field = switch (name) {
        case "spark.executor.instances", "spark.executor.cores", "spark.executor.memory", "spark.executor.memoryOverhead" ->
            name.replace("spark.", "spec.");
        case "spark.kubernetes.container.image" -> "spec.image";
        case "spark.kubernetes.namespace" -> "metadata.namespace";
        case "spark.kubernetes.authenticate.driver.serviceAccountName" -> "spec.driver.serviceAccount";
        default -> name.contains(".volumes.") || name.startsWith("spark.executorEnv.") ? null : "spec.sparkConf." + name;
      };
      if (field != null) {
        assertThat(texts(leaves, field)).as(name).containsExactly(value);
      }
    });
    assertThat(submitted).containsAllEntriesOf(here);
  }

  @Test
  void itRunsTheImageOfThisBuild() throws Exception {
    Map<String, List<Object>> leaves = leaves(Files.readString(FILE));
    Pom pom = Pom.read();
    assertThat(texts(leaves, "spec.sparkVersion")).containsExactly(pom.spark());
    assertThat(Files.readString(Path.of("conf/docker/Dockerfile.cuda")))
        .contains("-t " + texts(leaves, "spec.image").get(0) + " .");
    String image = Files.readString(Path.of("conf/docker/Dockerfile"));
    String jar = texts(leaves, "spec.mainApplicationFile").get(0).substring("local://".length());
    assertThat(image).contains("target/" + pom.appJar() + " " + jar + "\n");
    assertThat(Class.forName(texts(leaves, "spec.mainClass").get(0)).getMethod("main", String[].class)).isNotNull();
    String script = sparkConf(leaves).get("spark.executor.resource.gpu.discoveryScript");
    assertThat(script).isEqualTo("/opt/talon/conf/gpus.sh");
    assertThat(image).contains(" conf/gpus.sh ", " /opt/talon/conf/\n");
    assertThat(Path.of("conf/gpus.sh")).isExecutable();
  }
}
