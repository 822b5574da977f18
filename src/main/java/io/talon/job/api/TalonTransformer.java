package io.talon.job.api;

import io.talon.conf.Key;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
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
  private static final Pattern WORD = Pattern.compile("-(\\w)");

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
  private final Map<Param<?>, Key> keys = new LinkedHashMap<>(); // of the params that are options

  public TalonTransformer() {
    this(Identifiable$.MODULE$.randomUID("talon"));
  }

  /**
   * @param uid name of the stage, as a saved one has it
   */
  public TalonTransformer(String uid) {
    this.uid = uid; // before the params, which ask for it
    target = text(Key.TARGET);
    draft = text(Key.DRAFT);
    policy = text(Key.POLICY);
    budget = of(Key.BUDGET, (name, help) -> new IntParam(this, name, help));
    maxNewTokens = of(Key.MAX_NEW_TOKENS, (name, help) -> new IntParam(this, name, help));
    temperature = of(Key.TEMPERATURE, (name, help) -> new DoubleParam(this, name, help));
    samples = of(Key.SAMPLES, (name, help) -> new IntParam(this, name, help));
    seed = of(Key.SEED, (name, help) -> new LongParam(this, name, help));
    promptColumn = text(Key.PROMPT_COLUMN);
    promptTemplate = text(Key.PROMPT_TEMPLATE);
    system = text(Key.SYSTEM);
    idColumn = of(
        Key.ID_COLUMN, // a dataset has no order, and so no positions
        (name, help) -> new Param<>(this, name, "Column with unique ids; else id or question_id, else what a row asks for."));
    options = new StringArrayParam(this, "options", "further options of talon generate, as name=value");
    outputCol = new Param<>(this, "outputCol", "column that is added");
    setDefault(policy, fallback(Key.POLICY));
    setDefault(budget, Integer.valueOf(fallback(Key.BUDGET)));
    setDefault(maxNewTokens, Integer.valueOf(fallback(Key.MAX_NEW_TOKENS)));
    setDefault(temperature, Double.valueOf(fallback(Key.TEMPERATURE)));
    setDefault(samples, Integer.valueOf(fallback(Key.SAMPLES)));
    setDefault(seed, Long.valueOf(fallback(Key.SEED)));
    setDefault(options, new String[0]);
    setDefault(outputCol, TalonGenerator.OUTPUT_COLUMN);
  }

  private Param<String> text(Key key) {
    return of(key, (name, help) -> new Param<>(this, name, help));
  }

  /** The param of an option, {@code maxNewTokens} of {@code max-new-tokens}. */
  private <P extends Param<?>> P of(Key key, BiFunction<String, String, P> make) {
    P param = make.apply(WORD.matcher(key.label()).replaceAll(word -> word.group(1).toUpperCase(Locale.ROOT)), key.description());
    keys.put(param, key);
    return param;
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
    TalonGenerator.Builder builder = TalonGenerator.builder().outputColumn($(outputCol)).options($(options));
    keys.forEach((param, key) -> {
      if (isSet(param)) {
        builder.option(key.label(), String.valueOf($(param)));
      }
    });
    return builder.build();
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
