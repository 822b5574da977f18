package io.talon.job.api;

import io.talon.conf.GenerateOptions;
import io.talon.conf.Settings;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.sources.RelationProvider;
import scala.collection.JavaConverters;

/**
 * The data source {@code talon}: {@code CREATE TEMPORARY VIEW answers USING talon OPTIONS (input '...', output '...', target
 * '...')}.
 *
 * <p>Options are those of {@code talon generate}, with hyphens or underscores, and {@code table}, which is {@code generations}
 * unless it is {@code rounds}, {@code quarantine} or {@code runs}. What is wrong with them is said when the view is made; the run
 * begins when the view is first read, or goes on where it stopped.
 */
public final class TalonRelationProvider implements RelationProvider, DataSourceRegister {
  private static final String TABLE = "table";

  @Override
  public String shortName() {
    return "talon";
  }

  @Override
  public BaseRelation createRelation(SQLContext context, scala.collection.immutable.Map<String, String> parameters) {
    Map<String, String> options = new TreeMap<>(JavaConverters.mapAsJavaMapConverter(parameters).asJava());
    String table = options.remove(TABLE);
    Settings settings = Settings.ofTable(options);
    GenerateOptions.of(settings); // says at once what is wrong with them
    return new RunRelation(context, settings, table);
  }
}
