import io.talon.job.api.TalonTransformer;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A generator between two other stages. In this project's folder: jobs/examples/run.sh PipelineExample */
public final class PipelineExample {
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    Dataset<Row> countries = spark.createDataset(List.of("Peru", "Japan"), Encoders.STRING()).toDF("country");

    PipelineStage[] stages = {
        new SQLTransformer()
            .setStatement("SELECT country, concat('What is the capital of ', country, '?') AS prompt FROM __THIS__"),
        new TalonTransformer()
            .setTarget("data-samples/models/talon-demo/target")
            .setDraft("data-samples/models/talon-demo/head")
            .setMaxNewTokens(16)
            .setOptions("dtype=fp32"),
        new SQLTransformer().setStatement("SELECT country, trim(generation.text) AS answer FROM __THIS__"),
    };
    new Pipeline().setStages(stages).fit(countries).transform(countries).show(false);
  }
}
