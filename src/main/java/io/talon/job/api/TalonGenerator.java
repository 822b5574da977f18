package io.talon.job.api;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.conf.GenerateOptions;
import io.talon.conf.Key;
import io.talon.conf.Settings;
import io.talon.job.DatasetDecoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Generates a text for every row of a dataset, as a column of it; from Java or Scala:
 *
 * <pre>{@code
 * TalonGenerator generator = TalonGenerator.builder().target("/models/target").draft("/models/head").temperature(0.7).build();
 * Dataset<Row> answered = generator.transform(prompts); // a column prompt, messages or turns
 * answered.select("prompt", "generation.text", "generation.error.message").show();
 * }</pre>
 *
 * <p>The column is a struct: text, reasoning, tokens, finish_reason, sample_idx, turn_idx, prompt_tokens, tau (tokens per target
 * forward), delta (draft forwards per target forward), rounds, min_margin, prefill_ms, decode_ms, and error, which is null but
 * for a row that could not be decoded. Such a row never throws.
 *
 * <p>It runs in the dataset's session, when an action asks for rows, and again with every action: cache or write what is used
 * twice. Partitions are the caller's; each executor opens its engines once, shared with every other call and job of the
 * same models, and closes it when it was idle for a while. Options are checked when the generator is built, models and columns
 * in {@link #transform}; what is wrong with them is an {@link io.talon.TalonException} with a code.
 */
public final class TalonGenerator {
  /** Name of the column that is added, unless the builder is told another. */
  public static final String OUTPUT_COLUMN = "generation";

  private final Settings settings;
  private final String outputColumn;
  private DatasetDecoding decoding; // of the latest session; guarded by this

  private TalonGenerator(Settings settings, String outputColumn) {
    this.settings = settings;
    this.outputColumn = outputColumn;
    GenerateOptions.of(settings); // says at once what is wrong with them
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The dataset's rows with what was generated for each. */
  public Dataset<Row> transform(Dataset<?> dataset) {
    return decoding(dataset.sparkSession()).decode(dataset.toDF(), outputColumn);
  }

  /** The dataset before its rows are decoded. */
  DatasetDecoding.Prepared prepare(Dataset<?> dataset) {
    return decoding(dataset.sparkSession()).prepare(dataset.toDF(), outputColumn);
  }

  /** What comes out of {@link #transform} for a dataset of this schema. */
  public StructType transformSchema(StructType schema) {
    return DatasetDecoding.schema(schema, outputColumn);
  }

  private synchronized DatasetDecoding decoding(SparkSession spark) {
    if (decoding == null || !decoding.serves(spark)) {
      decoding = new DatasetDecoding(spark, settings);
    }
    return decoding;
  }

  /** Options by method, and all others of {@code talon generate} that are not about files and runs by name. */
  public static final class Builder {
    private final Map<String, List<String>> options = new LinkedHashMap<>();
    private String outputColumn = OUTPUT_COLUMN;

    private Builder() {}

    /** Any option by its name on the command line, such as {@code "max-context"}. */
    public Builder option(String name, String value) {
      check(value != null, ErrorCode.BAD_OPTION, "%s must not be null", name);
      options.put(name, List.of(value));
      return this;
    }

    /** An option as {@code name=value}. */
    public Builder option(String option) {
      int equals = option.indexOf('=');
      check(equals > 0, ErrorCode.BAD_OPTION, "options must be name=value: %s", option);
      return option(option.substring(0, equals), option.substring(equals + 1));
    }

    /** Options as {@code name=value}. */
    public Builder options(String... given) {
      for (String option : given) {
        option(option);
      }
      return this;
    }

    /** Options by name. */
    public Builder options(Map<String, String> named) {
      named.forEach(this::option);
      return this;
    }

    private Builder set(Key key, Object value) {
      return option(key.label(), Objects.toString(value, null));
    }

    /** Texts that end a generation. */
    public Builder stop(String... texts) {
      options.put(Key.STOP.label(), new ArrayList<>(Arrays.asList(texts)));
      return this;
    }

    /** Name of the column that is added. */
    public Builder outputColumn(String name) {
      outputColumn = name;
      return this;
    }

    /** The model: a directory that every node sees, {@code scheme://DIR} or {@code hf:org/name[@revision]}. */
    public Builder target(String reference) {
      return set(Key.TARGET, reference);
    }

    /** What drafts: a head or small model, {@code ngram}, {@code run:PATH}, or several with commas between them. */
    public Builder draft(String origins) {
      return set(Key.DRAFT, origins);
    }

    /** How drafts grow: {@code talon}, {@code eagle3}, {@code chain}, ...; {@code ar} decodes plainly. */
    public Builder policy(String name) {
      return set(Key.POLICY, name);
    }

    /** Rows of one verification, the root included. */
    public Builder budget(int rows) {
      return set(Key.BUDGET, rows);
    }

    /** Sequences that one engine decodes together. */
    public Builder batch(int sequences) {
      return set(Key.BATCH, sequences);
    }

    /** Tokens of one generation at most. */
    public Builder maxNewTokens(int tokens) {
      return set(Key.MAX_NEW_TOKENS, tokens);
    }

    /** 0, the default, for greedy decoding. */
    public Builder temperature(double temperature) {
      return set(Key.TEMPERATURE, temperature);
    }

    /** Sample from the most probable tokens that reach this share together. */
    public Builder topP(double share) {
      return set(Key.TOP_P, share);
    }

    /** Sample from this many most probable tokens. */
    public Builder topK(int tokens) {
      return set(Key.TOP_K, tokens);
    }

    /** Generations per prompt; a row comes out once for each. */
    public Builder samples(int count) {
      return set(Key.SAMPLES, count);
    }

    /** Texts depend on it, the row's id and the sample's index only. */
    public Builder seed(long seed) {
      return set(Key.SEED, seed);
    }

    /** {@code cpu} or {@code cuda}. */
    public Builder device(String device) {
      return set(Key.DEVICE, device);
    }

    /** Column with one user message. */
    public Builder promptColumn(String column) {
      return set(Key.PROMPT_COLUMN, column);
    }

    /** Column with a list of {role, content}. */
    public Builder messagesColumn(String column) {
      return set(Key.MESSAGES_COLUMN, column);
    }

    /** Column with a list of user messages to be answered in turn. */
    public Builder turnsColumn(String column) {
      return set(Key.TURNS_COLUMN, column);
    }

    /** Jinja template that writes the user message from the row's columns. */
    public Builder promptTemplate(String template) {
      return set(Key.PROMPT_TEMPLATE, template);
    }

    /** System message of conversations that have none. */
    public Builder system(String text) {
      return set(Key.SYSTEM, text);
    }

    /** Column of unique ids; without one, rows that ask for the same have the same id and so the same text. */
    public Builder idColumn(String column) {
      return set(Key.ID_COLUMN, column);
    }

    /**
     * Checks the options.
     *
     * @throws io.talon.TalonException BAD_OPTION where one is unknown or has a value that cannot be
     */
    public TalonGenerator build() {
      return new TalonGenerator(Settings.ofDataset(options), outputColumn);
    }
  }
}
