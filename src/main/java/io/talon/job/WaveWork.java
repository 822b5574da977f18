package io.talon.job;

import static org.apache.spark.sql.functions.col;

import io.talon.job.output.RunFiles;
import io.talon.job.output.RunTables;
import io.talon.job.output.Schemas;
import io.talon.job.output.Totals;
import io.talon.job.output.WaveName;
import io.talon.job.output.WaveTables;
import io.talon.job.waves.RunDirectory;
import io.talon.job.waves.RunLease;
import io.talon.job.waves.StagedInput;
import io.talon.job.waves.WaveLoop;
import io.talon.run.StopAt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done for one wave: its rows are decoded into a hidden table, that is split into the wave's tables beside it, and
 * these appear in the output by one rename.
 */
final class WaveWork {
  private static final Logger LOG = LoggerFactory.getLogger(WaveWork.class);
  private static final int RETRIED_PER_UNIT = 64;

  private final SparkSession spark;
  private final RunDirectory directory;
  private final RunLease lease;
  private final StagedInput input;
  private final DecodePartition task;
  private final WaveLoop loop;
  private final Runnable whenStaged;
  private final StopAt stops;
  private final StructType generations;
  private final String runId;

  /**
   * @param task decodes a unit of work
   * @param whenStaged looks at a wave's bad rows before it is committed, and fails where they are too many
   */
  WaveWork(
      SparkSession spark,
      RunDirectory directory,
      RunLease lease,
      StagedInput input,
      DecodePartition task,
      WaveLoop loop,
      Runnable whenStaged,
      StopAt stops) {
    this.spark = spark;
    this.directory = directory;
    this.lease = lease;
    this.input = input;
    this.task = task;
    this.loop = loop;
    this.whenStaged = whenStaged;
    this.stops = stops;
    generations = Schemas.generations(input.passThrough());
    runId = lease.manifest().runId();
  }

  /** Decodes a wave and commits it. */
  void decode(int wave) {
    LOG.debug("run {} wave {}: decoding", runId, wave);
    stops.reached(StopAt.DECODING, wave);
    WaveTables tables = tables(wave);
    stage(tables, input.read(spark, wave), wave);
    loop.beside(() -> complete(wave, tables.split(input.columns().category(), stagedBytes(wave))));
    stops.reached(StopAt.COMMITTING, wave);
    loop.checkGoing();
    lease.checkHeld();
    directory.rename(work(wave), name(wave));
    stops.reached(StopAt.COMMITTED, wave);
    record(wave);
  }

  /** Decodes the bad rows of a committed wave again, and puts a wave in its place that has their results. */
  void retry(int wave) {
    LOG.debug("run {} wave {}: decoding its bad rows again", runId, wave);
    stops.reached(StopAt.DECODING, wave);
    RunTables present = RunTables.of(spark, directory.toString());
    Dataset<Row> bad = present.quarantine().where(col(WaveName.COLUMN).equalTo(wave)).select("prompt_id").distinct();
    Dataset<Row> rows = input.read(spark, wave);
    Dataset<Row> again = rows.join(bad, rows.col("c0").eqNullSafe(bad.col("prompt_id")), "left_semi");
    int units = Math.toIntExact(1 + bad.count() / RETRIED_PER_UNIT);
    WaveTables tables = tables(wave);
    stage(tables, again.repartition(units), wave);
    SortedMap<String, Totals> before =
        RunFiles.plus(new TreeMap<>(), directory.read(name(wave) + "/" + RunFiles.TOTALS));
    loop.beside(
        () -> complete(
            wave,
            Totals.keepCompared(tables.replace(present, wave, bad, input.columns().category(), stagedBytes(wave)), before)));
    stops.reached(StopAt.COMMITTING, wave);
    loop.checkGoing();
    lease.checkHeld();
    directory.makeHidden(RunDirectory.RETIRED);
    directory.rename(name(wave), RunDirectory.RETIRED + "/" + name(wave));
    directory.rename(work(wave), name(wave));
    directory.delete(RunDirectory.RETIRED + "/" + name(wave));
    record(wave);
  }

  private void stage(WaveTables tables, Dataset<Row> rows, int wave) {
    tables.stage(rows.mapPartitions(task, Schemas.encoder(Schemas.staging(generations))));
    whenStaged.run();
    stops.reached(StopAt.SPLITTING, wave);
  }

  private void complete(int wave, SortedMap<String, Totals> totals) {
    directory.write(work(wave) + "/" + RunFiles.TOTALS, RunFiles.toJson(totals));
  }

  private void record(int wave) {
    lease.update(manifest -> {
      TreeSet<Integer> committed = manifest.committed();
      committed.add(wave);
      manifest.committed(committed);
    });
    directory.delete(staged(wave));
    LOG.info("run {} wave {}: committed", runId, wave);
  }

  private WaveTables tables(int wave) {
    directory.delete(staged(wave));
    directory.delete(work(wave));
    return new WaveTables(spark, generations, directory.path(staged(wave)), directory.path(work(wave)));
  }

  private long stagedBytes(int wave) {
    return directory.bytes(staged(wave));
  }

  private static String name(int wave) {
    return new WaveName(wave).toString();
  }

  private static String work(int wave) {
    return RunDirectory.WORK + "/" + name(wave);
  }

  private static String staged(int wave) {
    return RunDirectory.WORK + "/staged-" + wave;
  }
}
