package io.talon.job;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.job.input.Input;
import io.talon.job.output.DecodedRows;
import io.talon.job.progress.Progress;
import io.talon.job.progress.TaskCounts;
import io.talon.job.waves.Strikes;
import io.talon.request.RowReader;
import io.talon.serve.EngineGroup;
import io.talon.serve.EnginePool;
import io.talon.serve.Lane;
import io.talon.serve.Mailbox;
import io.talon.serve.ModelText;
import io.talon.serve.RowChoice;
import io.talon.serve.RowWork;
import io.talon.serve.RowWork.Turn;
import io.talon.text.ChatMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task's side of the decoding: keeps the engine supplied with requests from its rows and hands on what comes back, in
 * the order in which it is finished.
 *
 * <p>Turns that are measured against plain decoding wait here for that second answer. The engine turns to those when no task
 * has anything else for it, so the rows of a partition, and no more, are held.
 */
final class PartitionRun implements Iterator<Row>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionRun.class);

  /** Requests kept with the engine, in batches: one that decodes and one that waits. */
  private static final int BATCHES_AHEAD = 2;

  private static final long POLL_MILLIS = 500;
  private static final String KILLED = "killed while decoding";
  private static final String READING = "reading the row";
  private static final String WRITING = "writing down what was generated";

  private final TaskContext task;
  private final TaskPlan plan;
  private final Iterator<Row> input;
  private final EngineGroup engines;
  private final ModelText text;
  private final DecodedRows rows;
  private final TaskCounts counts;
  private final RowReader reader;
  private final Mailbox mailbox;
  private final Map<String, Strikes.Struck> struck; // by prompt
  private final Map<Long, Turn> open = new HashMap<>(); // by the number that the engine gave
  private final Queue<Row> output = new ArrayDeque<>();
  private RowWork asking; // its samples are not all with the engine yet; null for none
  private int nextSample;
  private int speculative; // open requests that are not for the baseline

  PartitionRun(
      TaskContext task,
      TaskPlan plan,
      Iterator<Row> input,
      EngineGroup engines,
      ModelText text,
      DecodedRows rows,
      TaskCounts counts) {
    this.task = task;
    this.plan = plan;
    this.input = input;
    this.engines = engines;
    this.text = text;
    this.rows = rows;
    this.counts = counts;
    mailbox = new Mailbox(plan.rowTimeout(), plan.strikes()::add);
    struck = plan.strikes().read();
    reader = new RowReader(plan.columns(), plan.prompts(), plan.text());
  }

  @Override
  public boolean hasNext() {
    while (output.isEmpty()) {
      while (speculative < BATCHES_AHEAD * engines.batch() && (asking != null || input.hasNext())) {
        if (asking == null) {
          begin(new RowWork(Input.row(input.next())));
        } else {
          askNext();
        }
      }
      if (!open.isEmpty()) {
        receive(await());
      } else if (output.isEmpty() && !input.hasNext()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the partition is done");
    }
    return output.remove();
  }

  /** Drops what the engine has not finished. */
  @Override
  public void close() {
    mailbox.close();
  }

  private void begin(RowWork row) {
    row.opened();
    counts.progress().add(Progress.BEGUN);
    try {
      row.begin(reader.read(row.input().json()));
      check(row.input().promptId() != null, ErrorCode.BAD_PROMPT, "id column %s must not be null", plan.columns().id());
      Strikes.Struck before = struck.get(row.input().promptId());
      if (before != null && before.guilty()) {
        quarantine(row, 0, before.verdict(), before.times());
        close(row);
        return;
      }
      asking = row;
      nextSample = 0;
    } catch (RuntimeException e) {
      quarantine(row, 0, asBad(READING, e), 1);
      close(row);
    }
  }

  /** Sends the next sample of the row at hand; a row may ask for many, and they need not wait with the engine. */
  private void askNext() {
    RowWork row = asking;
    try {
      ask(row, nextSample, 0, row.conversation().opening());
      nextSample++;
    } catch (RuntimeException e) {
      quarantine(row, 0, asBad(READING, e), 1);
      nextSample = row.text().samples(); // the others would come to the same
    }
    if (nextSample == row.text().samples()) {
      asking = null;
      close(row);
    }
  }

  /** What a row shows that nobody thought of is the row's end, and not the run's. */
  private static TalonException asBad(String what, RuntimeException thrown) {
    if (thrown instanceof TalonException known) {
      return known;
    }
    LOG.warn("{} failed in a way that is a defect of this program", what, thrown);
    return new TalonException(
        ErrorCode.INTERNAL, what + " failed, which is a defect of this program; please report it: " + thrown, thrown);
  }

  /** Sends the next turn of a conversation to the engine. */
  private void ask(RowWork row, int sample, int turn, List<ChatMessage> messages) {
    String promptId = row.input().promptId();
    String promptText = text.prompt(messages, row.conversation().variables());
    GenerationRequest request = new GenerationRequest(
        0,
        promptId,
        sample,
        turn,
        text.encode(promptText),
        row.text().sampling(promptId, sample),
        row.text().maxNewTokens(),
        text.stop(row.text().stop()),
        RowChoice.ROUND_STATS.covers(plan.roundStats(), promptId, plan.text().seed()));
    send(Lane.SPECULATIVE, new Turn(row, request, messages, promptText, null, null));
    speculative++;
  }

  private void send(Lane lane, Turn turn) {
    turn.row().opened();
    boolean alone = struck.containsKey(turn.request().promptId());
    long number =
        alone ? engines.submitAlone(lane, turn.request(), mailbox) : engines.submit(lane, turn.request(), mailbox);
    open.put(number, turn);
  }

  private Mailbox.Outcome await() {
    try {
      Optional<Mailbox.Outcome> outcome = Optional.empty();
      while (outcome.isEmpty()) {
        if (task.isInterrupted()) {
          throw new TaskKilledException(KILLED);
        }
        counts.loads().add(EnginePool.load());
        outcome = mailbox.poll(POLL_MILLIS);
      }
      return outcome.get();
    } catch (InterruptedException e) { // Spark kills tasks either way
      Thread.currentThread().interrupt();
      throw new TaskKilledException(KILLED);
    }
  }

  private void receive(Mailbox.Outcome outcome) {
    Turn turn = open.remove(outcome.request().id());
    if (turn.generation() == null) {
      speculative--;
    }
    if (outcome instanceof Mailbox.Finished finished) {
      finished(turn, finished.generation());
    } else if (outcome instanceof Mailbox.Rejected rejected) {
      counts.progress().add(Progress.ofTokens(rejected.generated()));
      quarantine(turn.row(), turn.request().turnIdx(), rejected.reason(), rejected.attempts());
    } else if (outcome instanceof Mailbox.Failed failed) {
      throw new TalonException(failed.cause().code(), failed.cause().getMessage(), failed.cause());
    }
    close(turn.row());
  }

  private void finished(Turn turn, Generation generation) {
    try {
      if (turn.generation() == null) {
        answered(turn, generation);
      } else {
        compared(turn, generation);
      }
    } catch (RuntimeException e) {
      quarantine(turn.row(), turn.request().turnIdx(), asBad(WRITING, e), 1);
    }
  }

  private void answered(Turn turn, Generation generation) {
    counts.progress().add(Progress.of(generation));
    GenerationRequest request = turn.request();
    String answer = text.decode(generation.tokens(), turn.row().text().stop());
    if (RowChoice.BASELINE.covers(plan.baseline(), request.promptId(), plan.text().seed())) {
      send(Lane.BASELINE, turn.answered(generation, answer));
    } else {
      output.add(rows.generation(generation, turn.row(), turn.promptText(), answer, null));
    }
    followUp(turn, answer);
  }

  private void followUp(Turn turn, String answer) {
    List<String> followUps = turn.row().conversation().followUps();
    int next = turn.request().turnIdx() + 1;
    if (next > followUps.size()) {
      return;
    }
    List<ChatMessage> messages = new ArrayList<>(turn.messages());
    messages.add(ChatMessage.assistant(answer));
    messages.add(ChatMessage.user(followUps.get(next - 1)));
    try {
      ask(turn.row(), turn.request().sampleIdx(), next, messages);
    } catch (RuntimeException e) {
      quarantine(turn.row(), next, asBad(READING, e), 1);
    }
  }

  private void compared(Turn turn, Generation baseline) {
    counts.progress().add(Progress.ofBaseline(turn.generation(), baseline));
    output.add(rows.generation(turn.generation(), turn.row(), turn.promptText(), turn.answer(), baseline));
  }

  private void quarantine(RowWork row, int turn, TalonException reason, int attempts) {
    if (row.markBad()) {
      String message = turn == 0 ? reason.getMessage() : "turn " + turn + ": " + reason.getMessage();
      LOG.info("prompt {} goes to the quarantine: {}: {}", row.input().promptId(), reason.code(), message);
      counts.progress().add(Progress.BAD_ROW);
      output.add(rows.quarantine(row.input(), reason.code(), message, attempts));
    }
  }

  private void close(RowWork row) {
    row.closed();
    if (row.done()) {
      counts.progress().add(Progress.ROW);
    }
  }
}
