package io.talon.job.output;

import io.talon.conf.Key;
import io.talon.conf.TextOptions;
import io.talon.engine.Sampling;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns that say how a generation's tokens were chosen, named as their options with underscores. */
public final class SamplingColumns {
  private record Column(Key option, DataType type, Function<Sampling, Object> value) {}

  private static final List<Column> ALL = List.of(
      new Column(Key.TEMPERATURE, DataTypes.DoubleType, Sampling::temperature),
      new Column(Key.TOP_P, DataTypes.DoubleType, Sampling::topP),
      new Column(Key.TOP_K, DataTypes.IntegerType, Sampling::topK),
      new Column(Key.MIN_P, DataTypes.DoubleType, Sampling::minP));

  private SamplingColumns() {}

  /** Names of the columns, in their order. */
  public static List<String> names() {
    return ALL.stream().map(column -> name(column.option())).toList();
  }

  /** How the tokens of a row of the table were chosen; without a seed. */
  public static Sampling of(Row row) {
    return TextOptions.sampling(new RowNumbers(row), Sampling.GREEDY);
  }

  static StructType schema() {
    StructType schema = new StructType();
    for (Column column : ALL) {
      schema = schema.add(name(column.option()), column.type(), false);
    }
    return schema;
  }

  static List<Object> values(Sampling sampling) {
    return ALL.stream().map(column -> column.value().apply(sampling)).toList();
  }

  private static String name(Key option) {
    return option.label().replace('-', '_');
  }

  private record RowNumbers(Row row) implements TextOptions.Numbers {
    @Override
    public double decimal(Key key, double absent) {
      return row.<Double>getAs(name(key));
    }

    @Override
    public int integer(Key key, int absent) {
      return row.<Integer>getAs(name(key));
    }
  }
}
