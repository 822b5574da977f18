package io.talon.job.api;

import io.talon.conf.Key;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * {@link TalonGenerator} as a stage of a spark.ml pipeline, with params that are saved and loaded with it.
 *
 * <p>A param that nobody sets has the default of the option of that name; options without a param are given as {@code name=value}
 * in {@link #setOptions}. Needs spark-mllib, which every Spark distribution has.
 */
public final class TalonTransformer extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> target;
  private final Param<String> draft;
  private final Param<String> policy;
  private final IntParam budget;
  private final IntParam maxNewTokens;
  private final DoubleParam temperature;
  private final IntParam samples;
  private final LongParam seed;
  private final Param<String> promptColumn;
  private final Param<String> promptTemplate;
  private final Param<String> system;
  private final Param<String> idColumn;
  private final StringArrayParam options;
  private final Param<String> outputCol;
  private final List<Param<?>> named; // that are options of the same name

  public TalonTransformer() {
    this(Identifiable$.MODULE$.randomUID("talon"));
  }

  /**
   * @param uid name of the stage, as a saved one has it
   */
  public TalonTransformer(String uid) {
    this.uid = uid; // before the params, which ask for it
    target = new Param<>(this, "target", "reference to the target model");
    draft =
        new Param<>(this, "draft", "what drafts: a head or small model, ngram, run:PATH, or several with commas between them");
    policy = new Param<>(this, "policy", "how drafts grow");
    budget = new IntParam(this, "budget", "rows of one verification, the root included");
    maxNewTokens = new IntParam(this, "maxNewTokens", "tokens of one generation at most");
    temperature = new DoubleParam(this, "temperature", "0 for greedy decoding");
    samples = new IntParam(this, "samples", "generations per prompt");
    seed = new LongParam(this, "seed", "what texts depend on, besides the row's id and the sample's index");
    promptColumn = new Param<>(this, "promptColumn", "column with one user message");
    promptTemplate = new Param<>(this, "promptTemplate", "Jinja template that writes the user message from the row's columns");
    system = new Param<>(this, "system", "system message of conversations that have none");
    idColumn = new Param<>(this, "idColumn", "column of unique ids");
    options = new StringArrayParam(this, "options", "further options of talon generate, as name=value");
    outputCol = new Param<>(this, "outputCol", "column that is added");
    named = List.of(
        target, draft, policy, budget, maxNewTokens, temperature, samples, seed, promptColumn, promptTemplate, system, idColumn);
    setDefault(policy, fallback(Key.POLICY));
    setDefault(budget, Integer.valueOf(fallback(Key.BUDGET)));
    setDefault(maxNewTokens, Integer.valueOf(fallback(Key.MAX_NEW_TOKENS)));
    setDefault(temperature, Double.valueOf(fallback(Key.TEMPERATURE)));
    setDefault(samples, Integer.valueOf(fallback(Key.SAMPLES)));
    setDefault(seed, Long.valueOf(fallback(Key.SEED)));
    setDefault(options, new String[0]);
    setDefault(outputCol, TalonGenerator.OUTPUT_COLUMN);
  }

  private static String fallback(Key key) {
    return key.fallback().orElseThrow();
  }

  /** Loads what was saved. */
  public static TalonTransformer load(String path) {
    return read().load(path);
  }

  /** How a pipeline loads its stages. */
  public static MLReader<TalonTransformer> read() {
    return new DefaultParamsReader<>();
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    return generator().transform(dataset);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return generator().transformSchema(schema);
  }

  @Override
  public TalonTransformer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  private TalonGenerator generator() {
    TalonGenerator.Builder builder = TalonGenerator.builder().outputColumn($(outputCol));
    for (String option : $(options)) {
      builder.option(option);
    }
    for (Param<?> param : named) {
      if (isSet(param)) {
        builder.option(label(param.name()), String.valueOf($(param)));
      }
    }
    return builder.build();
  }

  /** The option of a param: {@code max-new-tokens} of {@code maxNewTokens}. */
  private static String label(String param) {
    return param.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  public Param<String> outputCol() {
    return outputCol;
  }

  public TalonTransformer setOutputCol(String value) {
    set(outputCol, value);
    return this;
  }

  public StringArrayParam options() {
    return options;
  }

  /** Options that have no param, each as {@code name=value}. */
  public TalonTransformer setOptions(String... values) {
    set(options, values);
    return this;
  }

  public Param<String> target() {
    return target;
  }

  public TalonTransformer setTarget(String value) {
    set(target, value);
    return this;
  }

  public Param<String> draft() {
    return draft;
  }

  public TalonTransformer setDraft(String value) {
    set(draft, value);
    return this;
  }

  public Param<String> policy() {
    return policy;
  }

  public TalonTransformer setPolicy(String value) {
    set(policy, value);
    return this;
  }

  public IntParam budget() {
    return budget;
  }

  public TalonTransformer setBudget(int value) {
    set(budget, value);
    return this;
  }

  public IntParam maxNewTokens() {
    return maxNewTokens;
  }

  public TalonTransformer setMaxNewTokens(int value) {
    set(maxNewTokens, value);
    return this;
  }

  public DoubleParam temperature() {
    return temperature;
  }

  public TalonTransformer setTemperature(double value) {
    set(temperature, value);
    return this;
  }

  public IntParam samples() {
    return samples;
  }

  public TalonTransformer setSamples(int value) {
    set(samples, value);
    return this;
  }

  public LongParam seed() {
    return seed;
  }

  public TalonTransformer setSeed(long value) {
    set(seed, value);
    return this;
  }

  public Param<String> promptColumn() {
    return promptColumn;
  }

  public TalonTransformer setPromptColumn(String value) {
    set(promptColumn, value);
    return this;
  }

  public Param<String> promptTemplate() {
    return promptTemplate;
  }

  public TalonTransformer setPromptTemplate(String value) {
    set(promptTemplate, value);
    return this;
  }

  public Param<String> system() {
    return system;
  }

  public TalonTransformer setSystem(String value) {
    set(system, value);
    return this;
  }

  public Param<String> idColumn() {
    return idColumn;
  }

  public TalonTransformer setIdColumn(String value) {
    set(idColumn, value);
    return this;
  }
}
