package io.talon.job.models;

import static io.talon.TalonException.check;
import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.array_min;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.ModelOptions;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.job.output.RunTables;
import io.talon.serve.ModelCheck;
import io.talon.serve.ModelText;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.spark.HashPartitioner;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * The generations of an earlier run as a corpus to draft from.
 *
 * <p>Every generation is one text: the end of its prompt, tokenised again, and its token ids. Tasks choose the texts by a hash
 * where the run has more than there is room for, and tokenise them; one task sorts the index. The driver holds nothing but that.
 */
public final class RunCorpus {
  private static final String TOKENS = "generated_token_ids";
  private static final String PROMPT = "prompt_text";
  private static final String HASH = "hash";

  /** Of a prompt only the last few tokens are of use; this many characters have them. */
  private static final int PROMPT_CHARACTERS = 512;

  private static final int SHARES = 1 << 30;
  /** A little more is chosen than there is room for, as a share by hash is never exact; the index takes what fits. */
  private static final double MARGIN = 1.1;
  private static final int SLACK_TOKENS = 100_000;

  private final ModelOptions references;
  private final ModelCheck models;
  private final Consumer<String> notes;

  /**
   * @param references what drafts and whose tokenizer it is, which each node finds itself
   * @param models the same on this node
   * @param notes takes a line for what is left out of a run
   */
  public RunCorpus(ModelOptions references, ModelCheck models, Consumer<String> notes) {
    this.references = references;
    this.models = models;
    this.notes = notes;
  }

  /** Reads the runs, one corpus each; BAD_INPUT where one is no run or not one of this model. */
  public List<SuffixIndex> read(SparkSession spark) {
    return references.drafts().runs().stream().map(run -> read(spark, run)).toList();
  }

  private SuffixIndex read(SparkSession spark, String run) {
    try {
      Dataset<Row> generations = RunTables.of(spark, run).generations();
      List<String> columns = Arrays.asList(generations.columns());
      check(
          columns.contains(TOKENS) && columns.contains(PROMPT),
          ErrorCode.BAD_INPUT,
          "it must be the output of a run, with the columns %s and %s in its table generations",
          PROMPT,
          TOKENS);
      Dataset<Row> texts = generations
          .where(col(TOKENS).isNotNull())
          .select(
              substring(coalesce(col(PROMPT), lit("")), -PROMPT_CHARACTERS, PROMPT_CHARACTERS),
              col(TOKENS),
              xxhash64(col(PROMPT), col(TOKENS)).as(HASH));
      return read(run, texts);
    } catch (TalonException e) {
      throw new TalonException(e.code(), "draft run:" + run + ": " + e.getMessage(), e);
    } catch (Exception e) { // Scala code throws checked exceptions that it does not declare
      throw new TalonException(ErrorCode.BAD_INPUT, "draft run:" + run + " cannot be read: " + TalonException.firstLine(e), e);
    }
  }

  private SuffixIndex read(String run, Dataset<Row> texts) {
    Row sums = texts
        .agg(count(lit(1)), coalesce(sum(size(col(TOKENS))), lit(0L)), min(array_min(col(TOKENS))), max(array_max(col(TOKENS))))
        .head();
    checkVocabulary(sums, 2);
    checkVocabulary(sums, 3);
    long all = sums.getLong(0);
    long tokens = sums.getLong(1) + all * (1L + SuffixIndex.PROMPT_TOKENS); // at most, with a separator each
    int most = references.drafts().corpusTokens();
    Dataset<Row> chosen = texts;
    if (tokens > most) {
      double share = (MARGIN * most + SLACK_TOKENS) / tokens;
      chosen = texts.where(pmod(col(HASH), lit(SHARES)).lt((long) Math.ceil(share * SHARES)));
    }
    SuffixIndex index = index(chosen, references, models.now(), most);
    if (index.texts() < all) {
      notes.accept(String.format(
          Locale.ROOT,
          "note: of the %,d generations of run:%s, %,d are drafted from, with %,d tokens; the others are left out, as "
              + "--corpus-tokens says: %,d",
          all,
          run,
          index.texts(),
          index.length(),
          most));
    }
    return index;
  }

  private void checkVocabulary(Row sums, int column) {
    check(
        sums.isNullAt(column) || sums.getInt(column) >= 0 && sums.getInt(column) < models.target().vocabulary(),
        ErrorCode.BAD_INPUT,
        "it was generated by another model: token %s is not in the vocabulary of %s",
        sums.get(column),
        models.target().vocabulary());
  }

  /** Tokenises where the rows lie, and sorts in one task; what it captures travels to executors. */
  private static SuffixIndex index(Dataset<Row> chosen, ModelOptions references, Instant now, int most) {
    return chosen
        .javaRDD()
        .mapPartitionsToPair(rows -> encoded(rows, references, now))
        .repartitionAndSortWithinPartitions(new HashPartitioner(1)) // the order of hashes is the same every time
        .mapPartitions(texts -> List.of(index(texts, most)).iterator())
        .collect()
        .get(0);
  }

  private static Iterator<Tuple2<Long, int[][]>> encoded(Iterator<Row> rows, ModelOptions references, Instant now) {
    String target = new ModelSources(references.sources(), note -> {}).directory(references.target()).toString();
    ModelText text = ModelText.shared(target, now);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Tuple2<Long, int[][]> next() {
        Row row = rows.next();
        int[] prompt = text.encode(row.getString(0));
        int[] end = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - SuffixIndex.PROMPT_TOKENS), prompt.length);
        int[] generated = row.<Integer>getList(1).stream().mapToInt(Integer::intValue).toArray();
        return new Tuple2<>(row.getLong(2), new int[][] {end, generated});
      }
    };
  }

  private static SuffixIndex index(Iterator<Tuple2<Long, int[][]>> texts, int most) {
    SuffixIndex.Builder builder = new SuffixIndex.Builder();
    boolean room = true;
    while (room && texts.hasNext()) {
      int[][] text = texts.next()._2();
      room = builder.length() + text[0].length + text[1].length < most;
      if (room) {
        builder.add(text[0], text[1]);
      }
    }
    return builder.build();
  }
}
