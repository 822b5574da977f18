package io.talon.job.api;

import ai.djl.Model;
import ai.djl.spark.task.text.BaseTextPredictor;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import io.talon.job.DatasetDecoding;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;
import scala.collection.JavaConverters;

/**
 * {@link TalonGenerator} in the manners of the DJL Spark extension's text tasks: {@code modelUrl} is the target, {@code inputCol}
 * a column with one user message, {@code outputCol} the struct that is added.
 */
public final class TalonTextGenerator extends BaseTextPredictor<String, String> {
  private static final long serialVersionUID = 1L;

  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final StringArrayParam options;
  private MapPartitionsFunction<Row, Row> task; // of the latest transform, goes with the stage into the tasks
  private transient DatasetDecoding.Prepared prepared;

  public TalonTextGenerator() {
    this(Identifiable$.MODULE$.randomUID("TalonTextGenerator"));
  }

  /**
   * @param uid name of the stage
   */
  public TalonTextGenerator(String uid) {
    super(uid); // which also answers uid(): a field of this class would be set too late for the params
    inputCol = new Param<>(this, "inputCol", "column with one user message");
    outputCol = new Param<>(this, "outputCol", "column that is added");
    options = new StringArrayParam(this, "options", "options of talon generate, as name=value");
    setDefault(inputCol, "prompt");
    setDefault(outputCol, TalonGenerator.OUTPUT_COLUMN);
    setDefault(options, new String[0]);
    setInputClass(String.class);
    setOutputClass(String.class);
    setTranslatorFactory(new NoTranslator());
  }

  public Param<String> inputCol() {
    return inputCol;
  }

  public TalonTextGenerator setInputCol(String column) {
    set(inputCol, column);
    return this;
  }

  public Param<String> outputCol() {
    return outputCol;
  }

  public TalonTextGenerator setOutputCol(String column) {
    set(outputCol, column);
    return this;
  }

  public StringArrayParam options() {
    return options;
  }

  /** Options of {@code talon generate}, each as {@code name=value}. */
  public TalonTextGenerator setOptions(String... values) {
    set(options, values);
    return this;
  }

  /** Prepares the rows; the base class then sends this stage to them. */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    prepared = generator().prepare(dataset);
    task = prepared.task();
    return super.transform(prepared.rows());
  }

  @Override
  public Iterator<Row> transformRows(Iterator<Row> rows) {
    try {
      return JavaConverters.asScalaIteratorConverter(task.call(JavaConverters.asJavaIteratorConverter(rows).asJava())).asScala();
    } catch (Exception e) { // which the interface declares, and no task throws
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void validateInputType(StructType schema) {
    validateType(schema.apply($(inputCol)), DataTypes.StringType);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return prepared != null && schema.equals(prepared.rows().schema())
        ? prepared.schema()
        : generator().transformSchema(schema);
  }

  @Override
  public TalonTextGenerator copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  private TalonGenerator generator() {
    return TalonGenerator.builder()
        .target($(modelUrl()))
        .promptColumn($(inputCol))
        .outputColumn($(outputCol))
        .options($(options))
        .build();
  }

  /** What the base class asks for and never calls, as no predictor of DJL's is made. */
  private static final class NoTranslator implements TranslatorFactory, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
      return Set.of();
    }

    @Override
    public <I, O> Translator<I, O> newInstance(Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
        throws TranslateException {
      throw new TranslateException("the engines of this stage translate by themselves");
    }
  }
}
