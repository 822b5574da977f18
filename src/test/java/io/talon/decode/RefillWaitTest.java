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

  /** So many slots, of which the first ones are free. */
  private static Sequence[] sequences(int slots, int free) {
    Sequence[] sequences = new Sequence[slots];
    for (int slot = free; slot < slots; slot++) {
      sequences[slot] = live(20);
    }
    return sequences;
  }

  @Test
  void waitsForOneThatHasTwoTokensLeft() {
    Sequence[] sequences = sequences(4, 1);
    assertThat(new RefillWait().waits(sequences)).as("nobody ends for sure").isFalse();
    sequences[3] = live(2);
    RefillWait wait = new RefillWait();
    assertThat(wait.waits(sequences)).isTrue();
    assertThat(wait.waits(sequences)).isTrue();
    assertThat(wait.waits(sequences)).as("half of a round is over").isFalse();
    assertThat(wait.waits(sequences)).as("the next free slot").isTrue();
    sequences[0] = live(20);
    assertThat(wait.waits(sequences)).as("none is free").isFalse();
  }

  @Test
  void waitsForAFewOfManySlotsWhereTextsAreShort() {
    RefillWait wait = new RefillWait();
    assertThat(wait.waits(sequences(32, 1))).as("before one has ended").isFalse();
    wait.ended(50);
    assertThat(wait.waits(sequences(32, 3))).as("32 sqrt(0.8 / 50) is 4").isTrue();
    assertThat(wait.waits(sequences(32, 4))).isFalse();
    assertThat(wait.waits(sequences(8, 1))).as("one of eight").isFalse();
    for (int i = 0; i < 50; i++) {
      wait.ended(800);
    }
    assertThat(wait.waits(sequences(32, 1))).as("where texts are long").isFalse();
  }

  @Test
  void doesNotWaitWhereASlotIsALargePartOfTheBatch() {
    Sequence[] sequences = {null, live(1), live(1)};
    assertThat(new RefillWait().waits(sequences)).isFalse();
    Sequence[] most = {null, null, null, live(1)};
    assertThat(new RefillWait().waits(most)).isFalse();
    assertThat(new RefillWait().waits(new Sequence[8])).as("nobody is live").isFalse();
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
