import io.talon.job.api.TalonGenerator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A text for every row of a dataset. In this project's folder: jobs/examples/run.sh DataFrameExample */
public final class DataFrameExample {
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    Dataset<Row> prompts =
        spark.createDataset(List.of("What is the capital of Peru?", "What does a cow eat?", ""), Encoders.STRING()).toDF("prompt");

    TalonGenerator generator = TalonGenerator.builder()
        .target("data-samples/models/talon-demo/target")
        .draft("data-samples/models/talon-demo/head")
        .maxNewTokens(24)
        .option("dtype", "fp32")
        .build();

    Dataset<Row> answered = generator.transform(prompts).cache(); // lazy: every action decodes again what is not kept
    answered.select("prompt", "generation.text", "generation.tau", "generation.error.code").show(false);
  }
}
