package io.talon.decode;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.draft.DraftRound;
import io.talon.stats.LiveCounters;
import io.talon.stats.RoundTimes;
import io.talon.tree.DraftTree;
import io.talon.tree.TokenSet;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/** One live sequence: its tokens, what may still come, and what is known about the rounds behind it. */
final class Sequence {
  private final GenerationRequest request;
  private final TokenSet endTokens;
  private final IntPredicate stop; // null for none
  private final int[] tokens; // [end], prompt, then what was generated
  private final FinishReason reasonAtEnd;
  private final LiveCounters counters;
  private final RoundLog log; // null when rounds are not recorded
  private int length;
  private FinishReason finishReason; // null while it lives
  private boolean started; // whether its prompt has run
  private long prefillNanos;

  // The round under way.
  private int roundStart;
  private int accepted;

  Sequence(GenerationRequest request, TokenSet endTokens, int maxContext, int maxTreeRows, RoundLog log) {
    this.request = request;
    this.endTokens = endTokens;
    this.log = log;
    stop = request.stop() == null ? null : request.stop().get();
    length = request.prompt().length;
    int room = maxContext - length;
    reasonAtEnd = request.maxNewTokens() <= room ? FinishReason.LENGTH : FinishReason.CONTEXT;
    tokens = Arrays.copyOf(request.prompt(), length + Math.min(request.maxNewTokens(), room));
    counters = new LiveCounters(maxTreeRows);
  }

  /** Counts time that a part of its prompt took. */
  void prefilled(long nanos) {
    prefillNanos += nanos;
  }

  /** Takes the token that prefill chose. */
  void start(int firstToken, float margin) {
    started = true;
    counters.begin(margin);
    append(firstToken);
  }

  /** Whether its prompt has run, so that it takes part in rounds. */
  boolean started() {
    return started;
  }

  void join(DraftRound round, int slot) {
    // The last token still allowed is the bonus of a full path, so the path is one shorter than what is left.
    round.add(slot, tokens, length, left() - 1);
  }

  /** Appends the accepted tokens and the bonus, in order, up to the one that ends the sequence or to where the walk broke off. */
  void extend(DraftTree tree, Walk walk) {
    roundStart = length;
    accepted = 0;
    while (accepted < walk.accepted() && live()) {
      append(tree.token(walk.path()[accepted]));
      accepted++;
    }
    if (live() && !walk.broken()) {
      append(walk.bonus());
    }
  }

  /** Tokens that the round under way brought. */
  int committed() {
    return length - roundStart;
  }

  /** Counts the round whose tokens were taken last. */
  void observe(DraftRound round, int index, Walk walk, RoundTimes times) {
    int kept = committed();
    float minMargin = walk.minMargin(kept);
    if (log != null) {
      log.add(round, index, roundStart - 1, walk, accepted, minMargin, times);
    }
    counters.observe(round.tree(index).size(), round.forwards(index), accepted, kept, minMargin, times);
  }

  private void append(int token) {
    tokens[length++] = token;
    boolean stopped = stop != null && stop.test(token);
    if (stopped || endTokens.contains(token)) {
      finishReason = FinishReason.STOP;
    } else if (length == tokens.length) {
      finishReason = reasonAtEnd;
    }
  }

  boolean live() {
    return finishReason == null;
  }

  GenerationRequest request() {
    return request;
  }

  /** Tokens that it may still have. */
  int left() {
    return tokens.length - length;
  }

  /** Generated tokens so far. */
  int generated() {
    return length - request.prompt().length;
  }

  /** Why a sequence for which the model computed no number ends; what its slot holds is of no use to anyone. */
  TalonException notFinite() {
    return new TalonException(
        ErrorCode.NOT_FINITE,
        "the model computed values that are not finite after %s tokens of the prompt and %s generated tokens; "
            .formatted(request.prompt().length, generated())
            + "if other rows show it too, try --dtype fp32 and check the model's files");
  }

  /** The result of a sequence that has ended. */
  Generation generation() {
    assert !live() : "a live sequence has no result";
    return new Generation(
        request,
        Arrays.copyOfRange(tokens, request.prompt().length, length),
        finishReason,
        counters.summary(prefillNanos),
        log == null ? List.of() : log.records());
  }
}
