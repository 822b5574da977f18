package io.talon.job.api;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.GenerateOptions;
import io.talon.conf.Settings;
import io.talon.job.GenerateJob;
import io.talon.job.Session;
import io.talon.job.input.Input;
import io.talon.job.models.ModelSources;
import io.talon.job.output.RunTables;
import io.talon.job.output.Schemas;
import io.talon.serve.ModelCheck;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.PrunedScan;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A table of a run, which begins or goes on when its rows are first asked for. */
final class RunRelation extends BaseRelation implements PrunedScan {
  private final SQLContext context;
  private final Settings settings;
  private final String table;
  private final StructType schema;
  private boolean ran; // guarded by this

  /**
   * @param table its name, null for that of the generations
   */
  RunRelation(SQLContext context, Settings settings, String table) {
    this.context = context;
    this.settings = settings;
    this.table = table == null ? RunTables.GENERATIONS : table;
    schema = nullable(switch (this.table) {
      case RunTables.GENERATIONS -> Schemas.generations(
          Input.passThrough(context.sparkSession(), GenerateOptions.of(settings).input())).add("wave", DataTypes.IntegerType);
      case RunTables.ROUNDS -> Schemas.ROUNDS.add("wave", DataTypes.IntegerType);
      case RunTables.QUARANTINE -> Schemas.QUARANTINE.add("wave", DataTypes.IntegerType);
      case RunTables.RUNS -> Schemas.RUNS;
      default -> throw new TalonException(
          ErrorCode.BAD_OPTION, "table must be generations, rounds, quarantine or runs: " + table);
    });
  }

  @Override
  public SQLContext sqlContext() {
    return context;
  }

  @Override
  public StructType schema() {
    return schema;
  }

  @Override
  public RDD<Row> buildScan(String[] columns) {
    run();
    Dataset<Row> rows = RunTables.of(context.sparkSession(), GenerateOptions.of(settings).output()).table(table);
    return rows
        .select(Arrays.stream(columns).map(name -> functions.col("`" + name.replace("`", "``") + "`")).toArray(Column[]::new))
        .rdd();
  }

  /** Runs the job, which finds out by itself what is left to do: all, the rest of an earlier run, or nothing. */
  private synchronized void run() {
    if (ran) {
      return;
    }
    ModelSources sources = new ModelSources(GenerateOptions.of(settings).models().sources(), System.err::println);
    GenerateOptions options = GenerateOptions.of(sources.pinned(settings));
    ModelCheck models = ModelCheck.of(sources.onThisNode(options.models()), List.of(options.draft()), Instant.now());
    GenerateJob job = new GenerateJob(new Session(context.sparkSession(), false), options, models, System.err, System.err);
    job.run();
    job.export();
    ran = true;
  }

  /** As tables come back from files. */
  private static StructType nullable(StructType schema) {
    StructType all = new StructType();
    for (StructField field : schema.fields()) {
      all = all.add(field.name(), field.dataType(), true);
    }
    return all;
  }
}
