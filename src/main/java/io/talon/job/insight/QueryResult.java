package io.talon.job.insight;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** The rows that a query yields, as values of Java: numbers, texts, times, and lists of these. */
public final class QueryResult {
  private final Dataset<Row> rows;

  QueryResult(Dataset<Row> rows) {
    this.rows = rows;
  }

  Dataset<Row> dataset() {
    return rows;
  }

  /** Names of the columns. */
  public List<String> columns() {
    return List.of(rows.columns());
  }

  /** All rows in order; they come from Spark partition by partition, so that any number of them fits. */
  public Iterator<List<Object>> rows() {
    Iterator<Row> all = rows.toLocalIterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public List<Object> next() {
        return values(all.next());
      }
    };
  }

  /** Writes all rows as one file of Parquet into a new directory; BAD_OUTPUT when that is not possible. */
  public void writeParquet(String directory) {
    try {
      rows.coalesce(1).write().parquet(directory);
    } catch (Exception e) { // Scala code throws checked exceptions that it does not declare
      throw new TalonException(
          ErrorCode.BAD_OUTPUT, "cannot write " + directory + ": " + TalonException.firstLine(e) + "; name a new directory", e);
    }
  }

  /** All rows at once. */
  public List<List<Object>> all() {
    return rows.collectAsList().stream().map(QueryResult::values).toList();
  }

  private static List<Object> values(Row row) {
    List<Object> values = new ArrayList<>(row.size());
    for (int i = 0; i < row.size(); i++) {
      Object value = row.get(i);
      values.add(value instanceof Seq<?> list ? new ArrayList<>(JavaConverters.seqAsJavaList(list)) : value);
    }
    return values;
  }
}
