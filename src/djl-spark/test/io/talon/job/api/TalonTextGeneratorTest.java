package io.talon.job.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import io.talon.job.TestSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** The stage beside others, as the DJL Spark extension's own tasks stand. */
class TalonTextGeneratorTest {
  @Test
  void writesWhatTheGeneratorWrites() {
    Path models = JobRun.SAMPLES.resolve("models/talon-demo");
    Dataset<Row> questions = TestSpark.session()
        .createDataset(List.of("What is the capital of Peru?", "What does a cow eat?"), Encoders.STRING())
        .toDF("question");
    TalonTextGenerator generator = new TalonTextGenerator().setInputCol("question").setOutputCol("answer").setOptions(
        "draft=" + models.resolve("head"), "dtype=fp32", "threads=1", "max-new-tokens=16");
    generator.setModelUrl(models.resolve("target").toString());
    PipelineStage[] stages = {generator, new SQLTransformer().setStatement("SELECT question, answer.text AS text FROM __THIS__")};
    List<Row> texts = new Pipeline().setStages(stages).fit(questions).transform(questions).orderBy("question").collectAsList();
    List<Row> expected = TalonGeneratorTest.demo().maxNewTokens(16).promptColumn("question").build().transform(questions)
        .orderBy("question").select("question", "generation.text").collectAsList();
    assertThat(texts).hasSize(2).isEqualTo(expected);
  }
}
