package io.talon.source;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/** Closes a stream that nothing comes from any more, so that whoever reads it gets an IOException instead of waiting on. */
final class StallGuard implements AutoCloseable {
  private final Closeable stream;
  private final long stallMillis;
  private final Thread thread = new Thread(this::watch, "talon-stall-guard");
  private boolean moved; // guarded by this, as is the next
  private boolean done;

  private StallGuard(Closeable stream, Duration stall) {
    this.stream = stream;
    stallMillis = stall.toMillis();
    thread.setDaemon(true);
  }

  static StallGuard over(Closeable stream, Duration stall) {
    StallGuard guard = new StallGuard(stream, stall);
    guard.thread.start();
    return guard;
  }

  /** Something came. */
  synchronized void moved() {
    moved = true;
  }

  @Override
  public synchronized void close() {
    done = true;
    notifyAll();
  }

  private synchronized void watch() {
    try {
      do {
        moved = false;
        long end = System.nanoTime() + stallMillis * 1_000_000;
        for (long left = stallMillis; left > 0 && !done; left = (end - System.nanoTime()) / 1_000_000) {
          wait(left);
        }
      } while (moved && !done);
      if (!done) {
        stream.close();
      }
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt(); // the thread ends here either way
    }
  }
}
