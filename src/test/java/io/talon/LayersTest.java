package io.talon;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
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

  private static final DescribedPredicate<JavaClass> SPARK = resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..");
  private static final DescribedPredicate<JavaClass> JOB = resideInAPackage(ROOT + ".job..");
  private static final DescribedPredicate<JavaClass> OUTSIDE =
      resideInAnyPackage("java.nio..", "java.net..", "java.util.concurrent..")
          .or(belongToAnyOf(System.class, Thread.class, ProcessHandle.class));

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
      Map.entry("torch.script", "machine"),
      Map.entry("torch.module", "torch.script engine model model.checkpoint tree"),
      Map.entry("torch.probe", "torch.module torch.script engine model"),
      Map.entry("torch", "torch.module torch.probe torch.script engine machine model model.checkpoint tree"),
      Map.entry("text.jinja.library", "text.jinja.value"),
      Map.entry("text.jinja.syntax", "text.jinja.library text.jinja.value"),
      Map.entry("text.jinja", "text.jinja.syntax text.jinja.library text.jinja.value"),
      Map.entry("text", "text.jinja"),
      Map.entry("conf", "decode draft draft.auto draft.lookup draft.policy engine"),
      Map.entry("request", "conf engine text"),
      Map.entry(
          "serve",
          "conf cost decode draft draft.lookup draft.policy engine machine model model.checkpoint request source stats text torch"),
      Map.entry("run", "conf serve"),
      Map.entry("audit", "conf decode draft.policy engine model serve stats text torch"),
      Map.entry("job.input", "conf request"),
      Map.entry("job.models", "job.output conf draft.lookup model serve source"),
      Map.entry("job.output", "conf decode engine request run serve source stats text"),
      Map.entry("tune", "stats"),
      Map.entry("job.insight", "conf job.output serve stats tune"),
      Map.entry("job.progress", "decode serve stats"),
      Map.entry("job.waves", "job.input job.output job.progress conf request run serve source"),
      Map.entry(
          "job",
          "job.input job.models job.output job.progress job.waves audit conf decode draft.lookup draft.policy engine machine request run"
              + " serve source stats text"),
      Map.entry("job.api", "conf job job.input job.models job.output serve"),
      Map.entry(
          "cli",
          "job job.insight job.models job.output conf cost decode draft draft.lookup draft.policy engine model model.checkpoint request"
              + " serve stats text torch tune report"));

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

  /** A plain record holds values and works on them: it reads no file, asks no system and starts no thread. */
  @Test
  void whatTheJobHoldsSeesSparkOrIsAPlainRecordOfAClassThatDoes() {
    List<JavaClass> held =
        CLASSES.stream().filter(type -> type.isTopLevelClass() && JOB.test(type)).filter(LayersTest::isCode).toList();
    assertThat(held).hasSizeGreaterThan(30).allSatisfy(type -> {
      if (!seesSpark(type)) {
        assertThat(type.isRecord()).as("%s sees no Spark, so it is a record", type.getName()).isTrue();
        assertThat(targets(type)).as("what the record %s works with", type.getName()).noneMatch(OUTSIDE::test);
        assertThat(type.getDirectDependenciesToSelf())
            .as("classes that see Spark and use the record %s", type.getName())
            .anyMatch(use -> JOB.test(use.getOriginClass()) && seesSpark(use.getOriginClass()));
      }
    });
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
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      assertThat(files.filter(LayersTest::isClass))
          .allSatisfy(file -> assertThat(Files.readAllLines(file)).as("%s", file).hasSizeLessThanOrEqualTo(MOST_LINES));
    }
  }

  /** Top-level classes of every package, named without the root. */
  private static Map<String, Long> classesByPackage() {
    return CLASSES.stream()
        .filter(type -> type.isTopLevelClass() && isCode(type))
        .map(JavaClass::getPackageName)
        .filter(name -> !name.equals(ROOT))
        .map(name -> name.substring(ROOT.length() + 1))
        .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
  }

  private static boolean isCode(JavaClass type) {
    return !type.getSimpleName().equals("package-info");
  }

  /** Whether a class or one inside it does. */
  private static boolean seesSpark(JavaClass type) {
    return targets(type).anyMatch(SPARK::test);
  }

  /** What a class and those inside it depend on. */
  private static Stream<JavaClass> targets(JavaClass type) {
    return CLASSES.stream()
        .filter(one -> one.equals(type) || one.getName().startsWith(type.getName() + "$"))
        .flatMap(one -> one.getDirectDependenciesFromSelf().stream())
        .map(Dependency::getTargetClass);
  }

  private static String full(String name) {
    return name.isEmpty() ? ROOT : ROOT + "." + name;
  }

  private static boolean isClass(Path path) {
    return path.toString().endsWith(".java") && !path.endsWith("package-info.java");
  }
}
