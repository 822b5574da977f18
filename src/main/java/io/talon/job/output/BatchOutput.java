package io.talon.job.output;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;

import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Turns what was decoded into the lines of an OpenAI batch's output, one per input row. */
public final class BatchOutput {
  private static final StructType LINES =
      new StructType().add("custom_id", DataTypes.StringType).add("line", DataTypes.StringType);

  private BatchOutput() {}

  /**
   * The lines, by custom_id; of a conversation with several turns the last answer counts, and a row of which a part is in
   * quarantine has failed.
   *
   * @param staged the staging table
   */
  public static Dataset<String> lines(Dataset<Row> staged, BatchResponses responses) {
    Dataset<Row> bad = staged.where(col("quarantine").isNotNull()).select("quarantine.*");
    Column lastTurn = max("turn_idx").over(Window.partitionBy("prompt_id", "sample_idx"));
    Column[] choice = Stream.of(
        "sample_idx", "generated_text", "reasoning_text", "finish_reason", "prompt_tokens", "completion_tokens")
        .map(name -> col(name))
        .toArray(Column[]::new);
    Dataset<Row> answers = staged
        .where(col("generation").isNotNull())
        .select("generation.*")
        .join(bad.select("prompt_id"), new String[] {"prompt_id"}, "left_anti")
        .withColumn("last_turn", lastTurn)
        .where(col("turn_idx").equalTo(col("last_turn")))
        .groupBy("prompt_id")
        .agg(sort_array(collect_list(struct(choice))).as("choices"));
    MapFunction<Row, Row> answer =
        row -> RowFactory.create(row.getString(0), responses.answer(row.getString(0), row.getList(1)));
    MapFunction<Row, Row> error = row -> RowFactory.create(
        row.getAs("prompt_id"),
        responses.error(
            row.getAs("prompt_id"), row.getAs("input_row"), row.getAs("error_code"), row.getAs("error_message")));
    return answers
        .map(answer, Encoders.row(LINES))
        .union(bad.map(error, Encoders.row(LINES)))
        .orderBy("custom_id", "line")
        .select("line")
        .as(Encoders.STRING());
  }
}
