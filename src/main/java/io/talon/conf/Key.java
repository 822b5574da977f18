package io.talon.conf;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Every option: its name, what it takes, its default and what it means.
 *
 * <p>The same names serve the command line ({@code --max-new-tokens 256}) and the configuration file
 * ({@code talon { max-new-tokens = 256 }}).
 */
public enum Key {
  INPUT("input", "PATH", null,
      "Prompts: Parquet, JSON lines, CSV or text, a file or a directory, on any file system Spark can read; or the name of a table."),
  INPUT_FORMAT("input-format", "auto|parquet|json-lines|csv|text|table|openai-batch", "auto",
      "What the prompts are stored as; csv has its columns' names in the first line, text a prompt per line; table is a name"
          + " in the catalog, with an id column; openai-batch are JSON lines of {custom_id, method, url, body}."),
  OUTPUT("output", "DIR", null,
      "Where the tables go: DIR/wave=*/ and DIR/runs. New, empty, or this run's own, which is resumed then.", Command.GENERATE),
  OUTPUT_FORMAT("output-format", "parquet|json-lines|hf-dataset|openai-batch", "parquet",
      "What to write besides the tables: json-lines, DIR/json-lines/*.jsonl with a line per generation; hf-dataset,"
          + " DIR/hf-dataset with Parquet shards and a dataset card; openai-batch, DIR/openai/*.jsonl with a line {id,"
          + " custom_id, response, error} per prompt.",
      Command.GENERATE),
  TARGET("target", "DIR", null,
      "Target model: a directory that every node sees, scheme://DIR on a file system that Spark can read, or"
          + " hf:org/name[@revision]."),
  DRAFT("draft", "DIR,ngram,run:PATH", null,
      "What drafts, one or several, merged into one tree: an EAGLE-3 head or a small model of the same tokenizer, named as the"
          + " target is; ngram, which looks in prompt and output; run:PATH, which looks in the generations of an earlier run."
          + " Not needed for plain decoding."),
  MODEL_CACHE("model-cache", "DIR", null,
      "Where each node keeps its copies of models that lie elsewhere; by default a directory under Spark's local one.",
      Command.THAT_OPEN_MODELS),
  HF_ENDPOINT("hf-endpoint", "URL", null,
      "Where hf: models come from; what the variable HF_ENDPOINT says, else https://huggingface.co.", Command.THAT_OPEN_MODELS),
  HF_TOKEN("hf-token", "TOKEN", null,
      "Token for private and gated hf: models, never printed nor stored; rather set the variable HF_TOKEN, which nobody sees"
          + " in a list of processes.",
      Command.THAT_OPEN_MODELS),
  NGRAM("ngram", "MIN,MAX", "1,3", "Shortest and longest match that ngram follows, in tokens; it takes the longest there is."),
  CORPUS_TOKENS("corpus-tokens", "N", "20000000",
      "Tokens of each run:PATH that are looked in at most, 8 bytes each in every executor; of a longer run, generations that a hash"
          + " chooses."),
  POLICY("policy", "auto|talon|eagle3|opt-tree|rsd-c|rsd-s|chain|ar", "auto",
      "How drafts grow: auto drafts as much as pays, for all sequences together; ar decodes plainly.", Command.GENERATE),
  POLICIES("policies", "A,B:N,...", "auto,talon,eagle3,chain",
      "Policies to measure, with every budget or that of N, and with a width and a gate as in talon:8:3:0.1; ar runs along.",
      Command.BENCH),
  BUDGET("budget", "N", "8", "Rows of one verification, the root included; a chain drafts N - 1 tokens.", Command.GENERATE),
  BUDGETS("budgets", "N,N,...", "8,16,60", "Budgets to measure.", Command.BENCH),
  MAX_ROWS("max-rows", "N", "32", "Rows of one sequence in a verification at most, under auto, which has no other budget."),
  MAX_DEPTH("max-depth", "D", "0", "Layers of talon and auto at most; 0 for as many as talon's budget allows, 16 of auto."),
  WIDTH("width", "K", "3", "Children of the root (talon); children and parents per layer (eagle3); nodes per layer (rsd-s)."),
  MU("mu", "X", "0.03", "Confidence gate of talon: a node stays if its probability is X times the best of its layer."),
  UNGATED_LAYERS("ungated-layers", "L", "1",
      "Layers of talon from the root on that take their K best, whatever the gate; 1 in the paper, 0 gates the root's children too."),
  BRANCHING("branching", "B,B,...", "3,2,1", "Children per node of rsd-c, layer by layer; the last holds for all that follow."),
  LAYERS("layers", "D", "9", "Draft layers of eagle3; the most that opt-tree grows."),
  OPT_TREE_THRESHOLD("opt-tree-threshold", "X", "0.5", "opt-tree ends with a layer that gains X expected tokens or fewer."),
  OPT_TREE_VARIANT("opt-tree-variant", "intended|repository", "intended",
      "Whether opt-tree's newest layer counts, as the paper has it, or not, as its published code has it."),
  CHAIN_FLOOR("chain-floor", "P", "0", "chain ends with the token that takes its probability below P; 0 for its full length."),
  BATCH("batch", "B", "4", "Sequences that one engine decodes together.", Command.GENERATE),
  BATCHES("batches", "B,B,...", "1,4", "Batch sizes to measure.", Command.BENCH),
  MAX_NEW_TOKENS("max-new-tokens", "N", "256", "Tokens of one generation at most."),
  MAX_CONTEXT("max-context", "N", "0", "Tokens of a sequence at most, prompt included; 0 for the model's limit, 4096 at most."),
  TEMPERATURE("temperature", "T", "0", "0 for greedy decoding."),
  TOP_P("top-p", "P", "1", "Sample from the most probable tokens that reach P together; 1 for all."),
  TOP_K("top-k", "K", "0", "Sample from the K most probable tokens; 0 for all."),
  MIN_P("min-p", "P", "0", "Drop tokens below P times the largest probability; 0 for none."),
  STOP("stop", "STRING", "", "Text that ends a generation; may be given several times."),
  COUPLING("coupling", "fitted|none|shared|BETA,GAMMA", "fitted",
      "How the draft's scores use the target's noise: log_softmax(BETA * logits + GAMMA * noise); none is 1,0, shared 1,T, and"
          + " fitted finds both while running."),
  SAMPLES("samples", "N", "1", "Generations per prompt.", Command.GENERATE),
  MAX_SAMPLES("max-samples", "N", "1024",
      "Generations per prompt at most; a row that asks for more goes to the quarantine.", Command.GENERATE),
  SEED("seed", "S", "0", "Seed of the run; texts depend on it, the prompt's id and the sample's index only."),
  DTYPE("dtype", "auto|fp32|bf16", "auto",
      "What the models compute in; auto finds out once per run, for all executors, what is fastest on the device."),
  WEIGHTS("weights", "full|int8", "full",
      "What linear layers are kept in on a CPU: full is the type that dtype says; int8 multiplies integers, with all else in fp32."),
  DRAFT_WEIGHTS("draft-weights", "auto|full|int8", "auto",
      "What linear layers of the draft are kept in on a CPU: full is as the target's, auto int8 where that is quicker."
          + " The text does not depend on it."),
  EXACT("exact", "on|off", "on",
      "Whether every row of a forward comes out the same, bit for bit, whatever runs beside it, so that texts depend on"
          + " neither drafts nor batches; off is for measuring what that costs."),
  ENGINES("engines", "N", "0",
      "Engines that share an executor's CPU cores, each with weights, a batch and threads of its own; 0 for one a core, up to 4, of"
          + " models small enough, and else one.",
      Command.GENERATE),
  THREADS("threads", "N", "0",
      "CPU threads of an engine; 0 for the executor's cores, or fewer where the container has fewer, shared out among its engines."),
  DEVICE("device", "cpu|cuda", "cpu", "Where the models run; with GPUs assigned by Spark each task uses its own."),
  BASELINE("baseline", "none|sample:F|all", "none",
      "Rows that are also decoded plainly, to measure the speedup; F is a share of the prompts.", Command.GENERATE),
  ROUND_STATS("round-stats", "auto|none|sample:F|all", "auto",
      "Rows whose rounds go to the table rounds; auto is all of an input of up to 20,000 rows, and sample:0.01 of a larger one.",
      Command.GENERATE),
  PROMPT_COLUMN("prompt-column", "C", null, "Column with one user message; found by the name prompt if not given."),
  MESSAGES_COLUMN("messages-column", "C", null, "Column with a list of {role, content}; found by the name messages."),
  TURNS_COLUMN("turns-column", "C", null, "Column with a list of user messages to be answered in turn; found by the name turns."),
  PROMPT_TEMPLATE("prompt-template", "FILE|TEXT", null,
      "Jinja template that writes the user message from the row's columns, such as 'Summarize: {{ text }}'; a text with {{ or"
          + " {% in it is the template, any other names a file of the driver."),
  SYSTEM("system", "TEXT", null, "System message of conversations that have none; a column system goes before it."),
  TEMPLATE_KWARGS("template-kwargs", "JSON", null,
      "Variables for the model's chat template, such as {\"enable_thinking\": false}; a column template_kwargs goes before it."),
  OVERRIDE_COLUMNS("override-columns", "none|all|A,B,...", "none",
      "Columns that go before options for their row, named as the options with underscores: max_new_tokens, seed, stop, n (samples),"
          + " and those of sampling, such as top_p; all for those of these that there are. OpenAI requests always do so."),
  ID_COLUMN("id-column", "C", null, "Column with unique ids; id or question_id if there is one, else the row's position."),
  CATEGORY_COLUMN("category-column", "C", null, "Column that the summary is broken down by; category if there is one."),
  HOUR_PRICE("hour-price", "X", "0",
      "What an hour of all the machines costs; adds the price of a million tokens, as measured and by plain decoding, to"
          + " summary and runs.",
      Command.GENERATE),
  PARTITIONS("partitions", "N", "0",
      "Units of work, also of loss when an executor dies; 0 to choose by rows and cores.", Command.GENERATE),
  WAVE_ROWS("wave-rows", "N", "0", "Rows that are committed together; 0 to choose by rows and cores.", Command.GENERATE),
  RESUME("resume", "auto|never|require", "auto", "Whether a run that is there already is gone on with.", Command.GENERATE),
  RETRY_QUARANTINED(
      "retry-quarantined", "on|off", "off", "Decode the bad rows of a finished run again; on may be left out.", Command.GENERATE),
  DRY_RUN("dry-run", "on|off", "off", "Read, check, plan, estimate the time, and write nothing.", Command.GENERATE),
  QUARANTINE_EXIT("quarantine-exit", "N", "3", "Exit code of a run that ended with rows in quarantine.", Command.GENERATE),
  LIMIT("limit", "N", "0", "Read the first N rows only; 0 for all."),
  MAX_ERROR_RATE(
      "max-error-rate", "F", "0.5",
      "Share of the rows that may be bad, of 20 and more; the job ends when it must come to more, or has after 200 bad ones.",
      Command.GENERATE),
  ROW_TIMEOUT("row-timeout", "off|TIME", "off",
      "Time that one generation may take once it has begun, such as 90s, 5m or 1h; what takes longer ends after its round, and"
          + " its row goes to the quarantine.",
      Command.GENERATE),
  AUDIT_SAMPLE("sample", "F", "0.05", "Share of the generations that is decoded again, at least one; 1 for all.", Command.AUDIT),
  AUDIT_SEED("seed", "S", "0", "Another seed chooses other generations.", Command.AUDIT),
  AUDIT_TARGET("target", "DIR", null, "Where the target model lies now; where the run found it if not given.", Command.AUDIT),
  AUDIT_DEVICE("device", "cpu|cuda", null, "Where the model runs; where it ran if not given.", Command.AUDIT),
  AUDIT_THREADS("threads", "N", null,
      "CPU threads of the engine; if not given those of the run's engines, or fewer where there are.", Command.AUDIT),
  SQL_PARQUET("parquet", "DIR", null, "Write the rows there as Parquet, which must be new, and print nothing.", Command.SQL),
  TUNE_BATCHES("batches", "B,B,...", "1,4,16", "Batch sizes to advise on, beside the run's own.", Command.TUNE),
  TUNE_SETTINGS("settings", "A,B,...", "",
      "Settings to price beside those that are recommended: ar, chain:BUDGET or talon:BUDGET:WIDTH:MU, within the run's own.",
      Command.TUNE),
  REPORT_OUTPUT(
      "output", "FILE", null, "Where the page goes; report.html in the run's directory if not given.", Command.REPORT),
  MASTER("master", "URL", null, "Spark master; what spark-submit says, else local[*].", Command.THAT_START_SPARK),
  JSON("json", "FILE", null, "Where the measurements go, one JSON object per line.", Command.BENCH),
  REPEATS("repeats", "N", "3", "Rounds over all combinations; figures are medians.", Command.BENCH);

  /** Options of drafts and batches. */
  private static final Set<Key> SHAPING_DRAFTS = EnumSet.of(
      NGRAM, CORPUS_TOKENS, POLICY, BUDGET, MAX_ROWS, MAX_DEPTH, WIDTH, MU, UNGATED_LAYERS, BRANCHING, LAYERS, OPT_TREE_THRESHOLD,
      OPT_TREE_VARIANT, CHAIN_FLOOR, BATCH, COUPLING);
  /** Options that say where and how fast; models and their type, which a run records by hash and by name, are among them. */
  private static final Set<Key> SHAPING_NOTHING = EnumSet.of(
      OUTPUT, TARGET, DRAFT, MODEL_CACHE, HF_ENDPOINT, DTYPE, ENGINES, THREADS, DEVICE, BASELINE, ROUND_STATS, CATEGORY_COLUMN,
      HOUR_PRICE, PARTITIONS, WAVE_ROWS, RESUME, RETRY_QUARANTINED, DRY_RUN, QUARANTINE_EXIT, MAX_ERROR_RATE, ROW_TIMEOUT,
      MASTER);

  private final String label;
  private final String takes;
  private final String fallback;
  private final String description;
  private final Set<Command> commands;

  Key(String label, String takes, String fallback, String description) {
    this(label, takes, fallback, description, Command.THAT_DECODE);
  }

  Key(String label, String takes, String fallback, String description, Command command) {
    this(label, takes, fallback, description, EnumSet.of(command));
  }

  Key(String label, String takes, String fallback, String description, Set<Command> commands) {
    this.label = label;
    this.takes = takes;
    this.fallback = fallback;
    this.description = description;
    this.commands = commands;
  }

  /** Name in a configuration file; on the command line with two dashes before it. */
  public String label() {
    return label;
  }

  /** What the option takes, for help texts. */
  public String takes() {
    return takes;
  }

  /** The default as it would be typed; empty where the option has none. */
  public Optional<String> fallback() {
    return Optional.ofNullable(fallback);
  }

  public String description() {
    return description;
  }

  /** Whether the option may be given several times. */
  public boolean repeatable() {
    return this == STOP;
  }

  /** Whether the option may stand without a value, and then means {@code on}. */
  public boolean isSwitch() {
    return this == RETRY_QUARANTINED || this == DRY_RUN;
  }

  /** Whether the value is never shown. */
  boolean secret() {
    return this == HF_TOKEN;
  }

  /** Whether the option can change a text even where rows are exact; a new option counts as one until a set above names it. */
  public boolean shapesTexts() {
    return !SHAPING_NOTHING.contains(this) && !SHAPING_DRAFTS.contains(this);
  }

  /** Whether the option is about drafts and batches, which can change a text only where rows are not exact. */
  public boolean shapesDrafts() {
    return SHAPING_DRAFTS.contains(this);
  }

  /**
   * The option of a name.
   *
   * @param keys that are known here
   * @param reader who knows the keys, for the message
   * @throws TalonException BAD_OPTION with the nearest name that is known
   */
  static Key named(String label, List<Key> keys, String reader) {
    for (Key key : keys) {
      if (key.label().equals(label)) {
        return key;
      }
    }
    Key nearest = keys.stream().min(Comparator.comparingInt(key -> Names.distance(key.label(), label))).orElseThrow();
    throw new TalonException(
        ErrorCode.BAD_OPTION,
        String.format("%s does not know the key %s; the nearest it knows is %s", reader, label, nearest.label()));
  }

  /** The options of a command, in the order of its help text. */
  public static List<Key> of(Command command) {
    return Arrays.stream(values()).filter(key -> key.commands.contains(command)).toList();
  }
}
