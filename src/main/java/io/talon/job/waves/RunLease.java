package io.talon.job.waves;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.run.Manifest;
import java.lang.ProcessHandle.Info;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.net.NetUtils;

/**
 * The right of one driver to work on a run: its name in the manifest, and a heartbeat. A second driver is refused while the
 * first one lives; of a dead one on the same host it knows at once, of one elsewhere when the heartbeat stands still.
 */
public final class RunLease implements AutoCloseable {
  private static final String OWNER = "owner";
  private static final String HEARTBEAT = "heartbeat";
  private static final String TOKEN = "token";
  private static final Duration BEAT = Duration.ofSeconds(5);
  private static final int MISSED_BEATS = 6;
  private static final Set<String> HELD_HERE = ConcurrentHashMap.newKeySet(); // tokens

  private final RunDirectory directory;
  private final Manifest manifest;
  private final String token;
  private final Consumer<Manifest> beforeWriting;
  private boolean withdrawn; // guarded by this
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
    Thread thread = new Thread(task, "talon-heartbeat");
    thread.setDaemon(true);
    return thread;
  });

  private RunLease(RunDirectory directory, Manifest manifest, String token, Consumer<Manifest> beforeWriting) {
    this.directory = directory;
    this.manifest = manifest;
    this.token = token;
    this.beforeWriting = beforeWriting;
  }

  /**
   * Takes the run.
   *
   * @param fresh what is to be written where there is no run yet
   * @param beforeWriting adds what is known at each heartbeat
   * @throws TalonException BAD_OUTPUT while another driver works on it
   */
  public static RunLease take(RunDirectory directory, Supplier<Manifest> fresh, Consumer<Manifest> beforeWriting) {
    Manifest present = directory.manifest();
    if (present != null) {
      checkAbandoned(directory, present);
    }
    Manifest manifest = present == null ? fresh.get() : present;
    String token = UUID.randomUUID().toString();
    HELD_HERE.add(token);
    RunLease lease = new RunLease(directory, manifest, token, beforeWriting);
    SortedMap<String, String> owner = new TreeMap<>();
    owner.put("host", NetUtils.getHostname());
    owner.put("pid", String.valueOf(ProcessHandle.current().pid()));
    owner.put("process_started", started(ProcessHandle.current()));
    owner.put(TOKEN, token);
    manifest.putGroup(OWNER, owner);
    lease.write();
    lease.timer.scheduleWithFixedDelay(lease::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    return lease;
  }

  /** Changes the manifest, and writes it. */
  public synchronized void update(Consumer<Manifest> change) {
    if (!withdrawn) {
      checkHeld();
      change.accept(manifest);
      write();
    }
  }

  /** Takes the manifest away, of a run that has come to nothing. */
  public synchronized void withdraw() {
    checkHeld();
    withdrawn = true;
    directory.delete(Manifest.FILE);
  }

  /** Fails where another driver has taken the run, as it may when this one stood still for too long. */
  public void checkHeld() {
    Manifest present = directory.manifest();
    check(
        present != null && token.equals(present.group(OWNER).get(TOKEN)),
        ErrorCode.JOB,
        "another driver has taken over the run in %s: %s",
        directory,
        present == null ? "its manifest is gone" : present.group(OWNER));
  }

  public Manifest manifest() {
    return manifest;
  }

  /** Gives the run back; what is to be said of it must have been written. */
  @Override
  public void close() {
    timer.shutdownNow();
    try {
      timer.awaitTermination(BEAT.toSeconds(), TimeUnit.SECONDS);
      update(last -> last.remove(OWNER));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      HELD_HERE.remove(token);
    }
  }

  private void beat() {
    try {
      update(beforeWriting);
    } catch (TalonException e) {
      // The next commit says so, or a later beat gets through.
    }
  }

  private synchronized void write() {
    manifest.put(HEARTBEAT, Instant.now().toString());
    directory.write(Manifest.FILE, manifest.toString());
  }

  private static void checkAbandoned(RunDirectory directory, Manifest first) {
    Map<String, String> owner = first.group(OWNER);
    if (owner.isEmpty() || owner.get("host").equals(NetUtils.getHostname()) && !lives(owner)) {
      return;
    }
    boolean here = owner.get("host").equals(NetUtils.getHostname());
    for (int missed = 0; !here && missed < MISSED_BEATS; missed++) {
      pause();
      Manifest now = directory.manifest();
      here = now != null && !now.text(HEARTBEAT).equals(first.text(HEARTBEAT));
    }
    check(
        !here,
        ErrorCode.BAD_OUTPUT,
        "another driver is working on the run in %s: process %s on %s, last heard of at %s; wait for it, or end it",
        directory,
        owner.get("pid"),
        owner.get("host"),
        first.text(HEARTBEAT));
  }

  private static boolean lives(Map<String, String> owner) {
    long pid = Long.parseLong(owner.get("pid"));
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    return process.isPresent()
        && process.get().isAlive()
        && started(process.get()).equals(owner.get("process_started"))
        && (pid != ProcessHandle.current().pid() || HELD_HERE.contains(owner.get(TOKEN)));
  }

  /** Tells a process from a later one with the same number. */
  private static String started(ProcessHandle process) {
    Info info = process.info();
    return info.startInstant().map(Instant::toString).orElse("");
  }

  private static void pause() {
    try {
      Thread.sleep(BEAT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TalonException(ErrorCode.JOB, "interrupted while waiting for another driver", e);
    }
  }
}
