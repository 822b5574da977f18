package io.talon;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows between the packages: each knows those named here, the root package and itself. */
class LayersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.talon");

  @ParameterizedTest
  @CsvSource({
    "tree, ''",
    "stats, ''",
    "conf, ''",
    "source, ''",
    "text, ''",
    "model, 'tree'",
    "draft, 'tree model'",
    "verify, 'tree model'",
    "decode, 'draft verify model tree stats'",
    "torch, 'model tree'",
  })
  void aLayerKnowsOnlyThoseBelowIt(String layer, String below) {
    Stream<String> others = Stream.of(below.split(" ")).filter(name -> !name.isEmpty()).map(name -> "io.talon." + name + "..");
    String[] allowed = Stream.concat(Stream.of("io.talon", "io.talon." + layer + ".."), others).toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage("io.talon." + layer + "..")
        .should()
        .onlyDependOnClassesThat(not(resideInAPackage("io.talon..")).or(resideInAnyPackage(allowed)))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void theRootPackageKnowsNobody() {
    classes()
        .that()
        .resideInAPackage("io.talon")
        .should()
        .onlyDependOnClassesThat(not(resideInAPackage("io.talon..")).or(resideInAPackage("io.talon")))
        .check(CLASSES);
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
  void thereAreNoCycles() {
    slices().matching("io.talon.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void everyPackageSaysWhatLivesThere() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/talon"))) {
      List<Path> packages = files.filter(path -> path.toString().endsWith(".java")).map(Path::getParent).distinct().toList();
      assertThat(packages).isNotEmpty().allSatisfy(path -> assertThat(path.resolve("package-info.java")).exists());
    }
  }
}
