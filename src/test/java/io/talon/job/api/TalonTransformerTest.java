package io.talon.job.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.cli.JobRun;
import io.talon.job.TestSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.RegexTokenizer;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stage in a pipeline, on the demo model. */
class TalonTransformerTest {
  private final SparkSession spark = TestSpark.session();

  @TempDir
  Path directory;

  private static TalonTransformer demo() {
    Path models = JobRun.SAMPLES.resolve("models/talon-demo");
    return new TalonTransformer()
        .setTarget(models.resolve("target").toString())
        .setDraft(models.resolve("head").toString())
        .setMaxNewTokens(16)
        .setOptions("dtype=fp32", "threads=1");
  }

  @Test
  void standsBetweenOtherStagesAndComesBackFromDisk() throws IOException {
    Dataset<Row> countries = spark.createDataset(List.of("Peru", "Japan"), Encoders.STRING()).toDF("country");
    PipelineStage[] stages = {
      new SQLTransformer()
          .setStatement("SELECT country, concat('What is the capital of ', country, '?') AS prompt FROM __THIS__"),
      demo(),
      new SQLTransformer().setStatement("SELECT country, generation.text AS answer FROM __THIS__"),
      new RegexTokenizer().setInputCol("answer").setOutputCol("words").setPattern("\\W+"),
    };
    PipelineModel model = new Pipeline().setStages(stages).fit(countries);
    String path = directory.resolve("model").toString();
    model.write().save(path);
    List<String> answers = answers(model.transform(countries));
    assertThat(answers).hasSize(2).allSatisfy(answer -> assertThat(answer).isNotEqualTo("[]"));
    assertThat(answers(PipelineModel.load(path).transform(countries))).isEqualTo(answers);
  }

  private static List<String> answers(Dataset<Row> answered) {
    return answered.orderBy("country").select("words").collectAsList().stream().map(row -> row.getList(0).toString()).toList();
  }

  @Test
  void paramsHaveTheDefaultsOfTheOptions() {
    TalonTransformer stage = demo();
    assertThat(stage.explainParams()).contains(
        "budget: Rows of one verification, the root included; a chain drafts N - 1 tokens. (default: 8)",
        "maxNewTokens: Tokens of one generation at most. (default: 256, current: 16)");
    TalonTransformer copy = stage.copy(new ParamMap().put(stage.outputCol(), "answer"));
    assertThat(copy.transformSchema(Encoders.STRING().schema()).fieldNames()).containsExactly("value", "answer");
    assertThat(stage.transformSchema(Encoders.STRING().schema()).fieldNames()).containsExactly("value", "generation");
    assertThat(copy.uid()).isEqualTo(stage.uid());
  }

  @Test
  void badParamsSpeakAsOptions() {
    assertThatThrownBy(() -> demo().setBudget(1).transformSchema(Encoders.STRING().schema()))
        .hasFieldOrPropertyWithValue("code", ErrorCode.BAD_OPTION)
        .hasMessage("budget must be in [2, 4096]: 1");
    assertThatThrownBy(() -> demo().setOptions("threads").transformSchema(Encoders.STRING().schema()))
        .hasFieldOrPropertyWithValue("code", ErrorCode.BAD_OPTION)
        .hasMessage("options must be name=value: threads");
  }
}
