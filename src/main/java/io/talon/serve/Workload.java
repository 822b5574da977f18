package io.talon.serve;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.decode.GenerationRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits for one engine and what lives on it: two lanes that tasks fill, and before them groups of suspects, rows that
 * lived when the engine failed, here or in a process that is gone. A group is decoded without other company, so that the row to blame is found by halving.
 */
final class Workload {
  private static final AtomicLong SUBMITTED = new AtomicLong(); // to any engine: a task's requests may go to several

  // Everything is guarded by this.
  private final Map<Lane, Deque<Ticket>> waiting = new EnumMap<>(Lane.class);
  private final Deque<Deque<Ticket>> suspects = new ArrayDeque<>();
  private final List<Ticket> live = new ArrayList<>(); // few, so that a search costs nothing
  private Deque<Ticket> current = new ArrayDeque<>(); // where the engine takes its next request from: a lane or a group
  private TalonException failure;
  private boolean closing;

  Workload() {
    for (Lane lane : Lane.values()) {
      waiting.put(lane, new ArrayDeque<>());
    }
  }

  /** Queues a request and returns its number; one that comes after the end fails at once. */
  synchronized long submit(Lane lane, GenerationRequest request, Mailbox mailbox) {
    return submit(waiting.get(lane), new Ticket(lane, request.numbered(SUBMITTED.incrementAndGet()), mailbox));
  }

  /** Queues a request that is to be decoded without any other beside it. */
  synchronized long submitAlone(Lane lane, GenerationRequest request, Mailbox mailbox) {
    Deque<Ticket> group = new ArrayDeque<>();
    if (failure == null) {
      suspects.add(group);
    }
    return submit(group, new Ticket(lane, request.numbered(SUBMITTED.incrementAndGet()), mailbox));
  }

  private long submit(Deque<Ticket> place, Ticket ticket) {
    if (failure == null) {
      place.add(ticket);
      notifyAll();
    } else {
      ticket.fail(failure);
    }
    return ticket.request().id();
  }

  /** Blocks until a request waits; suspects go first, then the lane that the engine was in. Null when the engine is to close. */
  synchronized Lane await(Lane last) throws InterruptedException {
    Lane other = last == Lane.SPECULATIVE ? Lane.BASELINE : Lane.SPECULATIVE;
    while (!closing) {
      if (!suspects.isEmpty()) {
        current = suspects.pop();
        return current.peek().lane();
      }
      for (Lane lane : List.of(last, other)) {
        if (!waiting.get(lane).isEmpty()) {
          current = waiting.get(lane);
          return lane;
        }
      }
      wait();
    }
    return null;
  }

  /** The next request of the lane or group at hand, which lives from now on; null when there is none. */
  synchronized GenerationRequest next(long now) {
    checkOpen();
    if (!suspects.isEmpty() && waiting.containsValue(current)) {
      return null; // those who are to be alone need not wait until a lane runs dry
    }
    Ticket ticket = current.poll();
    while (ticket != null && ticket.mailbox().closed()) {
      ticket = current.poll();
    }
    if (ticket == null) {
      return null;
    }
    ticket.begin(now);
    live.add(ticket);
    return ticket.request();
  }

  /** Keeps an engine that is to close from decoding what lives to its end. */
  synchronized void checkOpen() {
    if (closing) {
      throw closed();
    }
  }

  /** Why a live request is to end, or null. */
  synchronized TalonException unwanted(GenerationRequest request, long now, int generated) {
    return live.get(indexOf(request)).unwanted(now, generated);
  }

  /** Takes a request out of those that live. */
  synchronized Ticket settle(GenerationRequest request) {
    return live.remove(indexOf(request));
  }

  private int indexOf(GenerationRequest request) {
    int index = 0;
    while (live.get(index).request() != request) {
      index++;
    }
    return index;
  }

  synchronized int live() {
    return live.size();
  }

  /** Requests that are not begun, suspects included. */
  synchronized int waiting() {
    return waiting.values().stream().mapToInt(Deque::size).sum() + suspects.stream().mapToInt(Deque::size).sum();
  }

  /** Whether something lives. */
  synchronized boolean busy() {
    return !live.isEmpty();
  }

  /** What lived waits again, before all others of its lane or group. */
  synchronized void retry() {
    for (int i = live.size() - 1; i >= 0; i--) {
      current.addFirst(live.get(i));
    }
    live.clear();
    keepGroup();
  }

  /**
   * After a failure that a row may be to blame for: what lived waits again, in two groups, the rows that came last in the
   * first. A row that was alone is tried once more, and if it was that already it is the one to blame.
   *
   * @return the row to blame, null while it is not known
   */
  synchronized Ticket suspect() {
    keepGroup();
    boolean alone = live.size() == 1;
    List<Ticket> cut = live.stream().filter(ticket -> !ticket.mailbox().closed()).toList();
    live.clear();
    if (alone && !cut.isEmpty() && cut.get(0).attempts() > 1) {
      return cut.get(0);
    }
    int half = cut.size() / 2;
    group(cut.subList(0, half));
    group(cut.subList(half, cut.size()));
    return null;
  }

  /** The rest of a group that has not begun stays a group. */
  private void keepGroup() {
    if (!waiting.containsValue(current)) {
      group(current);
    }
    current = new ArrayDeque<>();
  }

  private void group(Collection<Ticket> tickets) {
    if (!tickets.isEmpty()) {
      suspects.push(new ArrayDeque<>(tickets));
    }
  }

  /** Tells the tasks whose requests live that the process is lost. */
  void tellLost(TalonException reason) {
    Map<Mailbox, Set<String>> concerned = new HashMap<>();
    int all;
    synchronized (this) {
      all = live.size();
      live.stream()
          .filter(ticket -> !ticket.mailbox().closed())
          .forEach(ticket -> concerned
              .computeIfAbsent(ticket.mailbox(), box -> new TreeSet<>())
              .add(ticket.request().promptId()));
    }
    concerned.forEach((mailbox, prompts) -> mailbox.lost(new Mailbox.Lost(prompts, all, reason)));
  }

  /** The end: whatever waits or lives fails with the cause, and whatever comes later. */
  synchronized void fail(TalonException cause) {
    failure = cause;
    keepGroup();
    live.forEach(ticket -> ticket.fail(cause));
    live.clear();
    suspects.forEach(group -> group.forEach(ticket -> ticket.fail(cause)));
    suspects.clear();
    waiting.values().forEach(queue -> queue.forEach(ticket -> ticket.fail(cause)));
    waiting.values().forEach(Deque::clear);
  }

  /** Asks the engine to close. */
  synchronized void close() {
    closing = true;
    notifyAll();
  }

  synchronized boolean closing() {
    return closing;
  }

  /** Whether work is still taken. */
  synchronized boolean usable() {
    return failure == null;
  }

  /** The failure of requests that are open when the engine closes. */
  static TalonException closed() {
    return new TalonException(ErrorCode.ENGINE, "the engine was closed while requests were open");
  }
}
