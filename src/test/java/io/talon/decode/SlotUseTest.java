package io.talon.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.TalonException;
import io.talon.draft.policy.TalonPolicy;
import io.talon.engine.HashEngine;
import io.talon.engine.Sampling;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How much of a batch lives when tasks come and go, each with a partition of its own and two batches of requests ahead, as
 * the job's tasks have. Between two partitions a task is away for a few rounds.
 */
class SlotUseTest {
  private static final int PARTITIONS = 24;
  private static final int ROUNDS_AWAY = 5;

  @ParameterizedTest
  @CsvSource({
    "8,  2, 4", // sequences at a time, tasks at a time, batches of rows in a partition
    "16, 2, 2",
    "16, 4, 2",
  })
  void tasksThatShareAnEngineKeepNineTenthsOfItsSlotsBusy(int batch, int tasks, int batches) {
    assertThat(meanLiveSlots(batch, tasks, batches)).isBetween(0.9 * batch, 1.0 * batch);
  }

  @Test
  void aTaskAloneLeavesThemToDrainAtTheEndOfEveryPartition() {
    assertThat(meanLiveSlots(16, 1, 2)).isLessThan(0.75 * 16);
  }

  /** Over all rounds, those of the last partitions and those without anything to do included. */
  private static double meanLiveSlots(int batch, int tasks, int batches) {
    HashEngine engine = new HashEngine(HashEngine.spec(32, 16, batch, 256), 11, 0.5);
    Tasks requester = new Tasks(engine, batch, tasks, batches * batch);
    new DecodeLoop(
        engine,
        new DecodeOptions(new TalonPolicy(4, 2, 0.03), new Coupling.None(), new int[0]),
        System::nanoTime)
        .run(requester);
    assertThat(requester.partition).isEqualTo(PARTITIONS);
    return (double) requester.live / requester.rounds;
  }

  private static final class Task {
    int partition;
    int away; // rounds until it submits
    int submitted;
    int finished;
  }

  /** The job's tasks in lockstep with the engine's rounds, so that nothing depends on how threads are scheduled. */
  private static final class Tasks implements Requester {
    final HashEngine engine;
    final int batch;
    final int rows;
    final List<Task> tasks = new ArrayList<>();
    final Queue<GenerationRequest> waiting = new ArrayDeque<>();
    final Map<String, Task> owners = new HashMap<>(); // by prompt id
    int partition;
    long rounds;
    long live;

    Tasks(HashEngine engine, int batch, int count, int rows) {
      this.engine = engine;
      this.batch = batch;
      this.rows = rows;
      for (int i = 0; i < count; i++) {
        Task task = new Task();
        task.partition = partition++;
        tasks.add(task);
      }
      submit();
    }

    @Override
    public GenerationRequest next(int liveSlots) {
      while (liveSlots == 0 && waiting.isEmpty() && !tasks.isEmpty()) {
        rounds++; // the engine waits as long as rounds would take
        submit();
      }
      return waiting.poll();
    }

    @Override
    public void beforeRound() {
      rounds++;
      live += engine.liveSlots();
      submit();
    }

    private void submit() {
      tasks.removeIf(task -> task.finished == rows && partition == PARTITIONS);
      for (Task task : tasks) {
        if (task.finished == rows) {
          task.partition = partition++;
          task.submitted = 0;
          task.finished = 0;
          task.away = ROUNDS_AWAY;
        }
        if (task.away > 0) {
          task.away--;
          continue;
        }
        for (; task.submitted < rows && task.submitted - task.finished < 2 * batch; task.submitted++) {
          GenerationRequest request = request(task.partition * rows + task.submitted);
          owners.put(request.promptId(), task);
          waiting.add(request);
        }
      }
    }

    /** Lengths from 8 to 100 tokens. */
    private static GenerationRequest request(int id) {
      int[] prompt = {id % 32, id / 32 % 32};
      return new GenerationRequest("p-" + id, 0, 0, prompt, Sampling.GREEDY, 8 + id * 37 % 93, null);
    }

    @Override
    public void finished(Generation generation) {
      owners.remove(generation.request().promptId()).finished++;
    }

    @Override
    public void rejected(GenerationRequest request, int generated, TalonException reason) {
      throw new AssertionError("no request of this test may be refused", reason);
    }
  }
}
