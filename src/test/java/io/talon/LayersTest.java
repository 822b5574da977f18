package io.talon;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows between the packages: each knows those named here, the root package and itself. */
class LayersTest {
  private static final String ROOT = "io.talon";
  private static final int MOST_CLASSES = 20;
  private static final int MOST_LINES = 300;
  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ROOT);

  /** From the bottom up; a package that is not named here knows nobody. */
  private static final Map<String, String> ARROWS = Map.ofEntries(
      Map.entry("model", "model.checkpoint"),
      Map.entry("engine", "tree"),
      Map.entry("cost", "engine tree"),
      Map.entry("draft.policy", "engine tree"),
      Map.entry("draft", "cost draft.policy engine tree"),
      Map.entry("draft.lookup", "draft draft.policy engine tree"),
      Map.entry("draft.auto", "cost draft draft.policy engine tree"),
      Map.entry("decode", "cost draft draft.auto draft.policy engine stats tree"),
      Map.entry("torch.module", "torch.script engine model model.checkpoint tree"),
      Map.entry("torch.probe", "torch.module torch.script engine model"),
      Map.entry("torch", "torch.module torch.probe torch.script engine model model.checkpoint tree"),
      Map.entry("text.jinja.library", "text.jinja.value"),
      Map.entry("text.jinja.syntax", "text.jinja.library text.jinja.value"),
      Map.entry("text.jinja", "text.jinja.syntax text.jinja.library text.jinja.value"),
      Map.entry("text", "text.jinja"),
      Map.entry("conf", "decode draft draft.auto draft.lookup draft.policy engine"),
      Map.entry("request", "conf engine text"),
      Map.entry(
          "serve",
          "conf cost decode draft draft.lookup draft.policy engine model model.checkpoint request source stats text torch"),
      Map.entry("audit", "conf decode draft.policy engine model serve stats text torch"),
      Map.entry("job.input", "conf request"),
      Map.entry("job.models", "job.output conf draft.lookup model serve source"),
      Map.entry("job.output", "conf decode engine request serve source stats text"),
      Map.entry("job.progress", "decode serve stats"),
      Map.entry(
          "job",
          "job.input job.models job.output job.progress audit conf decode draft.lookup draft.policy engine request serve source stats"
              + " text"),
      Map.entry("job.api", "conf job"),
      Map.entry(
          "cli",
          "job job.models job.output conf cost decode draft draft.lookup draft.policy engine model model.checkpoint request serve"
              + " stats text torch"));

  @Test
  void aPackageKnowsOnlyThoseBelowIt() {
    for (String name : classesByPackage().keySet()) {
      Stream<String> below = Stream.of(ARROWS.getOrDefault(name, "").split(" ")).filter(other -> !other.isEmpty());
      String[] allowed = Stream.concat(Stream.of("", name), below).map(LayersTest::full).toArray(String[]::new);
      classes()
          .that()
          .resideInAPackage(full(name))
          .should()
          .onlyDependOnClassesThat(not(resideInAPackage(ROOT + "..")).or(resideInAnyPackage(allowed)))
          .check(CLASSES);
    }
  }

  @Test
  void theArrowsNamePackagesThatExist() {
    assertThat(classesByPackage().keySet()).containsAll(ARROWS.keySet());
  }

  @Test
  void thereAreNoCircles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheJobSeesSparkAndItsFileSystems() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.talon.job..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..")
        .check(CLASSES);
  }

  @Test
  void whatTheJobHoldsSeesSparkOrIsAPlainRecord() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/talon/job"))) {
      for (Path file : files.filter(LayersTest::isClass).toList()) {
        assertThat(Files.readString(file)).as("%s", file).containsPattern("import (static )?org\\.apache\\.|\\brecord \\w+\\(");
      }
    }
  }

  @Test
  void onlyTheEngineAndTheTokenizerSeeDjl() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.talon.torch..", "io.talon.text..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.talon.text..")
        .should()
        .dependOnClassesThat(resideInAPackage("ai.djl..").and(not(resideInAPackage("ai.djl.huggingface.tokenizers.."))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void everyPackageSaysWhatLivesThere() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/talon"))) {
      List<Path> packages = files.filter(path -> path.toString().endsWith(".java")).map(Path::getParent).distinct().toList();
      assertThat(packages).isNotEmpty().allSatisfy(path -> assertThat(path.resolve("package-info.java")).exists());
    }
  }

  @Test
  void noPackageIsCrowded() {
    classesByPackage()
        .forEach((name, count) -> assertThat(count).as("classes in the package %s", name).isLessThanOrEqualTo(MOST_CLASSES));
  }

  @Test
  void noClassIsLong() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/talon"))) {
      assertThat(files.filter(LayersTest::isClass))
          .allSatisfy(file -> assertThat(Files.readAllLines(file)).as("%s", file).hasSizeLessThanOrEqualTo(MOST_LINES));
    }
  }

  /** Top-level classes of every package, named without the root. */
  private static Map<String, Long> classesByPackage() {
    return CLASSES.stream()
        .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
        .map(JavaClass::getPackageName)
        .filter(name -> !name.equals(ROOT))
        .map(name -> name.substring(ROOT.length() + 1))
        .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
  }

  private static String full(String name) {
    return name.isEmpty() ? ROOT : ROOT + "." + name;
  }

  private static boolean isClass(Path path) {
    return path.toString().endsWith(".java") && !path.endsWith("package-info.java");
  }
}
