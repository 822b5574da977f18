import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Counts the generations of a long run and compares those whose prompts a short run had as well; jobs/scale.sh runs it from
 * this file and reads the one line that it prints: generations, different ones by key, compared, unequal, in quarantine.
 */
public final class Check {
  private static final String[] KEY = {"prompt_id", "sample_idx", "turn_idx"};

  private Check() {}

  /** Takes the directories of the short and of the long run. */
  public static void main(String[] directories) {
    try (SparkSession spark =
        SparkSession.builder().master("local[*]").config("spark.ui.enabled", false).appName("check").getOrCreate()) {
      Dataset<Row> texts = texts(spark, directories[1]).cache();
      Dataset<Row> compared = texts.join(texts(spark, directories[0]).withColumnRenamed("generated_text", "expected"), KEY);
      System.out.printf(
          "%d %d %d %d %d%n",
          texts.count(),
          texts.select("prompt_id", "sample_idx", "turn_idx").distinct().count(),
          compared.count(),
          compared.where("generated_text <> expected").count(),
          table(spark, directories[1], "quarantine").count());
    }
  }

  private static Dataset<Row> texts(SparkSession spark, String directory) {
    return table(spark, directory, "generations")
        .select(functions.col(KEY[0]), functions.col(KEY[1]), functions.col(KEY[2]), functions.col("generated_text"));
  }

  private static Dataset<Row> table(SparkSession spark, String directory, String name) {
    return spark.read().option("basePath", directory).parquet(directory + "/wave=*/" + name);
  }
}
