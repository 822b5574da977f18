package io.talon.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/** Tries again what fails with an IOException, with delays that double. */
final class Attempts {
  private static final int MOST = 5;

  /** What may fail. */
  interface Call<T> {
    T run() throws IOException;
  }

  private Attempts() {}

  /** The first result; the last failure when none of five attempts has one. */
  static <T> T of(Duration firstDelay, Call<T> call) throws IOException {
    Duration delay = firstDelay;
    for (int attempt = 1;; attempt++) {
      try {
        return call.run();
      } catch (IOException e) {
        if (attempt == MOST || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
      sleep(delay);
      delay = delay.multipliedBy(2);
    }
  }

  private static void sleep(Duration delay) throws InterruptedIOException {
    try {
      Thread.sleep(delay.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted between two attempts");
    }
  }
}
