package io.talon.serve;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.decode.GenerationRequest;

/** A request on its way through an engine, with where its outcome goes and how often it was tried. */
final class Ticket {
  private static final TalonException CANCELLED = new TalonException(ErrorCode.ENGINE, "nobody waits for it any more");

  private final Lane lane;
  private final GenerationRequest request;
  private final Mailbox mailbox;
  private int attempts;
  private long begun; // nanoseconds

  Ticket(Lane lane, GenerationRequest request, Mailbox mailbox) {
    this.lane = lane;
    this.request = request;
    this.mailbox = mailbox;
  }

  Lane lane() {
    return lane;
  }

  GenerationRequest request() {
    return request;
  }

  Mailbox mailbox() {
    return mailbox;
  }

  /** Times that its decoding began. */
  int attempts() {
    return attempts;
  }

  void begin(long now) {
    attempts++;
    begun = now;
  }

  /** Why its decoding is to end, or null; plain decoding for comparison may take what time it needs. */
  TalonException unwanted(long now, int generated) {
    if (mailbox.closed()) {
      return CANCELLED;
    }
    if (lane == Lane.SPECULATIVE && mailbox.timeoutNanos() > 0 && now - begun > mailbox.timeoutNanos()) {
      return new TalonException(
          ErrorCode.ROW_TIMEOUT,
          "a generation took longer than --row-timeout allows, %.1f s: it had %s tokens of %s; allow more, or fewer new tokens"
              .formatted(mailbox.timeoutNanos() / 1e9, generated, request.maxNewTokens()));
    }
    return null;
  }

  void fail(TalonException cause) {
    mailbox.put(new Mailbox.Failed(request, cause));
  }

  void reject(int generated, TalonException reason) {
    mailbox.put(new Mailbox.Rejected(request, reason, generated, attempts));
  }
}
