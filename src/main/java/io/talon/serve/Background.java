package io.talon.serve;

import io.talon.TalonException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Work that the driver does beside other work. */
public final class Background {
  private Background() {}

  /** Begins; a thread of its own, unlike one of a pool, sees the classes and services that this one sees. */
  public static <T> CompletableFuture<T> start(String name, Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      thread.start();
    });
  }

  /** Waits for what came of it; what went wrong is thrown as it was there. */
  public static <T> T result(CompletableFuture<T> work) {
    try {
      return work.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof TalonException known) {
        throw new TalonException(known.code(), known.getMessage(), known);
      }
      throw e;
    }
  }
}
