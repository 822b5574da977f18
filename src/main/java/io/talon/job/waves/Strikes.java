package io.talon.job.waves;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.serve.Background;
import io.talon.serve.Mailbox;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What outlives a process that a row may have ended, by a sticky CUDA error or a full heap: who lived then. Such a row is decoded
 * without any other beside it from then on, and one that was alone when it happened again is the one to blame.
 *
 * <p>All of it is best effort: a strike that cannot be written, or not in time, costs another process.
 */
public final class Strikes implements Serializable {
  /** For rows that no run keeps anything of. */
  public static final Strikes NONE = new Strikes(null);

  /** A process that is about to end does not wait longer than this for a file system. */
  private static final int LONGEST_SECONDS = 5;
  private static final String ENDING = ".json";
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Logger LOG = LoggerFactory.getLogger(Strikes.class);

  /**
   * The file that a process leaves for one of its tasks.
   *
   * @param live sequences that lived, of all tasks
   * @param prompts of the task
   */
  record Loss(int live, String reason, Set<String> prompts) {}

  /**
   * What is known of a prompt.
   *
   * @param times that it lived when a process was lost
   * @param alone whether it once was without any other beside it
   * @param reason of a loss, of one when it was alone if there is one
   */
  public record Struck(int times, boolean alone, String reason) {
    /** Whether no other process is to be risked. */
    public boolean guilty() {
      return alone && times > 1;
    }

    /** What its row goes to the quarantine with. */
    public TalonException verdict() {
      return new TalonException(
          ErrorCode.ENGINE,
          "%d processes were lost while it was decoded, at last without any other row beside it: %s".formatted(times, reason));
    }

    private Struck plus(Struck other) {
      return new Struck(times + other.times, alone || other.alone, other.alone ? other.reason : reason);
    }
  }

  private final String place;

  private Strikes(String place) {
    this.place = place;
  }

  /** Those of a run. */
  public static Strikes of(RunDirectory directory) {
    return new Strikes(new Path(directory.path(RunDirectory.STRIKES)).getParent().toString()); // whatever the default scheme is
  }

  /** Writes down what lived, so that it is there before the process ends; {@link #NONE} keeps nothing. */
  public void add(Mailbox.Lost lost) {
    if (place == null) {
      return;
    }
    try {
      Background.start("talon-strike", () -> write(new Loss(lost.live(), lost.reason().getMessage(), lost.prompts())))
          .get(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("that {} lived when the process was lost could not be written to {}", lost.prompts(), place, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String write(Loss loss) {
    String file = RunDirectory.STRIKES + "/" + UUID.randomUUID() + ENDING;
    try {
      open().write(file, JSON.writeValueAsString(loss));
      return file;
    } catch (JsonProcessingException e) {
      throw new AssertionError("a record of texts can be written as JSON", e);
    }
  }

  /** What is known by prompt; nothing where it cannot be read. */
  public Map<String, Struck> read() {
    Map<String, Struck> struck = new TreeMap<>();
    if (place == null) {
      return struck;
    }
    try {
      RunDirectory directory = open();
      for (String file : directory.files(RunDirectory.STRIKES, ENDING)) {
        Loss loss = JSON.readValue(directory.read(RunDirectory.STRIKES + "/" + file), Loss.class);
        for (String prompt : loss.prompts()) {
          struck.merge(prompt, new Struck(1, loss.live() == 1, loss.reason()), Struck::plus);
        }
      }
    } catch (RuntimeException | JsonProcessingException e) {
      LOG.warn("what lived when processes were lost cannot be read from {}", place, e);
    }
    return struck;
  }

  private RunDirectory open() {
    SparkConf conf = SparkEnv.get() == null ? new SparkConf() : SparkEnv.get().conf();
    Configuration configuration = SparkHadoopUtil.get().newConfiguration(conf);
    return RunDirectory.of(place, configuration);
  }
}
