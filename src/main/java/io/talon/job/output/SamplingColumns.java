package io.talon.job.output;

import io.talon.engine.Sampling;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns that say how a generation's tokens were chosen. */
final class SamplingColumns {
  private record Column(String name, DataType type, Function<Sampling, Object> value) {}

  private static final List<Column> ALL = List.of(
      new Column("temperature", DataTypes.DoubleType, Sampling::temperature),
      new Column("top_p", DataTypes.DoubleType, Sampling::topP),
      new Column("top_k", DataTypes.IntegerType, Sampling::topK),
      new Column("min_p", DataTypes.DoubleType, Sampling::minP));

  private SamplingColumns() {}

  static StructType schema() {
    StructType schema = new StructType();
    for (Column column : ALL) {
      schema = schema.add(column.name(), column.type(), false);
    }
    return schema;
  }

  static List<Object> values(Sampling sampling) {
    return ALL.stream().map(column -> column.value().apply(sampling)).toList();
  }
}
