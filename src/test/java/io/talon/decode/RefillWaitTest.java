package io.talon.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.draft.policy.TalonPolicy;
import io.talon.engine.Engine;
import io.talon.engine.HashEngine;
import io.talon.engine.Sampling;
import io.talon.tree.TokenSet;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Free slots wait for company that is sure to come, and not for longer than it saves. */
class RefillWaitTest {
  private static Sequence live(int left) {
    GenerationRequest request = new GenerationRequest("p", 0, 0, new int[] {1}, Sampling.GREEDY, left + 1, null);
    Sequence sequence = new Sequence(request, new TokenSet(), 64, 1, null);
    sequence.start(5, 1);
    return sequence;
  }

  @Test
  void waitsForOneThatHasTwoTokensLeft() {
    Sequence[] sequences = new Sequence[8];
    for (int slot = 1; slot < 8; slot++) {
      sequences[slot] = live(20);
    }
    assertThat(new RefillWait().waits(sequences)).as("nobody ends for sure").isFalse();
    sequences[3] = live(2);
    RefillWait wait = new RefillWait();
    assertThat(wait.waits(sequences)).isTrue();
    assertThat(wait.waits(sequences)).isTrue();
    assertThat(wait.waits(sequences)).as("a quarter of a round is over").isFalse();
    assertThat(wait.waits(sequences)).as("of the next free slot").isTrue();
    sequences[0] = live(20);
    assertThat(wait.waits(sequences)).as("none is free").isFalse();
  }

  @Test
  void doesNotWaitWhereASlotIsALargePartOfTheBatch() {
    Sequence[] sequences = {null, live(1), live(1)};
    assertThat(new RefillWait().waits(sequences)).isFalse();
    Sequence[] half = {null, null, null, null, live(1), live(1), live(1), live(1)};
    assertThat(new RefillWait().waits(half)).isFalse();
  }

  @Test
  void aPromptThatHasNotRunEndsForNobody() {
    Sequence[] sequences = new Sequence[8];
    for (int slot = 1; slot < 8; slot++) {
      GenerationRequest request = new GenerationRequest("p", 0, 0, new int[] {1}, Sampling.GREEDY, 1, null);
      sequences[slot] = new Sequence(request, new TokenSet(), 64, 1, null);
    }
    assertThat(new RefillWait().waits(sequences)).isFalse();
  }

  /** With drafts sequences of the same length end in different rounds; the prompts after them still begin several at a time. */
  @Test
  void sequencesOfTheSameLengthAreFollowedBySeveralPromptsAtATime() {
    List<Integer> begun = new ArrayList<>();
    HashEngine engine = new HashEngine(HashEngine.spec(32, 16, 8, 256), 11, 0.5);
    Engine counting =
        (Engine) Proxy.newProxyInstance(Engine.class.getClassLoader(), new Class<?>[] {Engine.class}, (proxy, method, given) -> {
          if (method.getName().equals("begin") && !((List<?>) given[0]).isEmpty()) {
            begun.add(((List<?>) given[0]).size());
          }
          try {
            return method.invoke(engine, given);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
    List<GenerationRequest> requests = new ArrayList<>();
    for (int id = 0; id < 64; id++) {
      requests.add(new GenerationRequest(String.valueOf(id), 0, 0, new int[] {id % 32, id / 32}, Sampling.GREEDY, 12, null));
    }
    Requests requester = new Requests(requests);
    new DecodeLoop(counting, new DecodeOptions(new TalonPolicy(4, 2, 0.03), new Coupling.None(), new int[0]), System::nanoTime)
        .run(requester);
    assertThat(requester.finished).hasSize(64);
    assertThat(begun).startsWith(8);
    double alone = 64.0 / begun.size();
    assertThat(alone).as("prompts that begin at a time").isGreaterThan(2);
  }
}
