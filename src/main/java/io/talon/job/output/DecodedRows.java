package io.talon.job.output;

import io.talon.ErrorCode;
import io.talon.decode.Generation;
import io.talon.request.InputRow;
import io.talon.serve.RowWork;
import java.io.Serializable;
import org.apache.spark.sql.Row;

/** Turns what was decoded into rows of a table: the job's staging table, or the caller's own with a column more. */
public interface DecodedRows {
  /** Makes the rows of one task. */
  interface Factory extends Serializable {
    /**
     * @param policy name of the tree policy
     * @param task where the rows are decoded
     */
    DecodedRows of(String policy, TaskIdentity task);
  }

  /**
   * A finished turn.
   *
   * @param row the input row
   * @param baseline plain decoding of the same turn, null where it was not measured
   */
  Row generation(Generation generation, RowWork row, String promptText, String text, Generation baseline);

  /**
   * An input row that could not be decoded, or not to its end.
   *
   * @param attempts times that this task tried it
   */
  Row quarantine(InputRow row, ErrorCode code, String message, int attempts);
}
