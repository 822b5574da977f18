package io.talon.job.waves;

import io.talon.job.progress.ProgressLine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.apache.spark.SparkContext;

/**
 * Works through waves, two at a time: the tasks of the next one take the slots that the last tasks of the one before leave
 * free. Spark runs the jobs of one pool in the order in which they came, so waves end one after another.
 */
public final class WaveLoop {
  private static final int AT_A_TIME = 2;
  private static final int LONGEST_END_SECONDS = 60;
  private static final String POOL = "spark.scheduler.pool";
  private static final String LOG_RUN = "mdc.run"; // Spark puts such properties into the log lines of tasks
  private static final String LOG_WAVE = "mdc.wave";

  private final SparkContext context;
  private final String runId;
  private volatile boolean calledOff;

  public WaveLoop(SparkContext context, String runId) {
    this.context = context;
    this.runId = runId;
  }

  /** Runs the work for every wave; the first failure calls off the rest and is thrown. */
  public void run(List<Integer> waves, IntConsumer work) {
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME, task -> {
      Thread thread = new Thread(task, "talon-wave");
      thread.setDaemon(true);
      return thread;
    });
    try {
      CompletionService<Void> running = new ExecutorCompletionService<>(threads);
      List<Future<Void>> all = new ArrayList<>();
      for (int wave : waves) {
        all.add(running.submit(() -> one(wave, work)));
      }
      await(running, all);
    } finally {
      end(threads);
    }
  }

  /** Runs Spark jobs that are not held up by the decoding of the next wave, where Spark schedules fairly. */
  public void beside(Runnable jobs) {
    context.setLocalProperty(POOL, "talon-tables");
    try {
      jobs.run();
    } finally {
      context.setLocalProperty(POOL, null);
    }
  }

  /** Fails when another wave has failed: the job has been reported as failed then, and nothing may be committed after that. */
  public void checkGoing() {
    if (calledOff) {
      throw new IllegalStateException("another wave has failed");
    }
  }

  private Void one(int wave, IntConsumer work) {
    context.setJobGroup(ProgressLine.JOB_GROUP, "wave " + wave + " of " + runId, true);
    context.setLocalProperty(LOG_RUN, runId);
    context.setLocalProperty(LOG_WAVE, String.valueOf(wave));
    try {
      work.accept(wave);
      return null;
    } finally {
      context.clearJobGroup();
      context.setLocalProperty(LOG_RUN, null);
      context.setLocalProperty(LOG_WAVE, null);
    }
  }

  private void await(CompletionService<Void> running, List<Future<Void>> all) {
    try {
      for (int i = 0; i < all.size(); i++) {
        running.take().get();
      }
    } catch (ExecutionException e) {
      callOff(all);
      throw WaveLoop.<RuntimeException>asItIs(e.getCause());
    } catch (InterruptedException e) {
      callOff(all);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted between waves", e);
    }
  }

  /**
   * Waits as well: nothing may be committed by a thread that nobody knows of any more. Jobs are called off and threads not
   * interrupted, as long as that does, so that what is being renamed is not left in doubt.
   */
  private void end(ExecutorService threads) {
    threads.shutdown();
    try {
      for (int second = 0; second < LONGEST_END_SECONDS && !threads.awaitTermination(1, TimeUnit.SECONDS); second++) {
        context.cancelJobGroup(ProgressLine.JOB_GROUP);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      threads.shutdownNow();
    }
  }

  /** Scala code throws checked exceptions that it does not declare. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E asItIs(Throwable failure) throws E {
    throw (E) failure;
  }

  private void callOff(List<Future<Void>> all) {
    calledOff = true;
    all.forEach(wave -> wave.cancel(false));
    context.cancelJobGroup(ProgressLine.JOB_GROUP);
  }
}
