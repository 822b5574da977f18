package io.talon.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.decode.Coupling;
import io.talon.decode.DecodeOptions;
import io.talon.decode.GenerationRequest;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.TalonPolicy;
import io.talon.engine.HashEngine;
import io.talon.engine.Sampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several engines that share an executor's processors. */
@Timeout(60)
class EngineGroupTest {
  private static final int BATCH = 2;
  private static final int PROMPTS = 24;

  private final List<HashEngine> opened = new ArrayList<>();
  private final CountDownLatch all = new CountDownLatch(1);
  private final Set<Integer> failing = new HashSet<>(); // to open
  private ErrorCode code = ErrorCode.OUT_OF_MEMORY;

  @Test
  void textsAreThoseOfOneEngineAndAllHaveWork() throws InterruptedException {
    Map<String, List<Integer>> alone = texts(1);
    opened.clear();
    Map<String, List<Integer>> together = texts(3);
    assertThat(together).hasSize(PROMPTS).isEqualTo(alone);
    assertThat(opened).hasSize(3).allSatisfy(engine -> assertThat(engine.targetForwards()).isPositive());
  }

  @Test
  void numbersAreOfTheWholeGroup() {
    try (EngineGroup group = group(3)) {
      Mailbox mailbox = new Mailbox(Duration.ZERO);
      long[] numbers = new long[PROMPTS];
      for (int i = 0; i < PROMPTS; i++) {
        numbers[i] = group.submit(Lane.SPECULATIVE, request("p-" + i, 0), mailbox);
      }
      assertThat(numbers).doesNotHaveDuplicates();
      assertThat(group.batch()).isEqualTo(3 * BATCH);
      assertThat(group.load().all()).isEqualTo(PROMPTS);
      assertThat(group.engines()).allSatisfy(engine -> assertThat(engine.load().all()).isEqualTo(PROMPTS / 3));
      all.countDown();
    }
  }

  @Test
  void samplesOfAPromptGoWhereItsRowsAreUntilThatIsUneven() {
    try (EngineGroup group = group(2)) {
      Mailbox mailbox = new Mailbox(Duration.ZERO);
      for (int sample = 0; sample <= BATCH; sample++) {
        group.submit(Lane.SPECULATIVE, request("one", sample), mailbox);
      }
      assertThat(group.engines()).extracting(engine -> engine.load().all()).containsExactly(BATCH + 1, 0);
      group.submit(Lane.SPECULATIVE, request("one", BATCH + 1), mailbox);
      assertThat(group.engines()).extracting(engine -> engine.load().all()).containsExactly(BATCH + 1, 1);
      all.countDown();
    }
  }

  @Test
  void oneThatIsClosedMakesTheGroupUseless() {
    all.countDown();
    try (EngineGroup group = group(2)) {
      assertThat(group.spec().slots()).isEqualTo(BATCH);
      assertThat(group.usable()).isTrue();
      group.engines().get(1).close();
      assertThat(group.usable()).isFalse();
    }
  }

  @Test
  void whoFindsNoMemoryIsDoneWithout() throws InterruptedException {
    Map<String, List<Integer>> alone = texts(1);
    opened.clear();
    failing.add(0);
    try (EngineGroup group = group(3)) {
      assertThat(group.spec().slots()).isEqualTo(BATCH);
      assertThat(group.engines()).hasSize(2);
      assertThat(group.usable()).isTrue();
      assertThat(texts(group)).isEqualTo(alone);
    }
  }

  @Test
  void whatElseKeepsOneFromOpeningIsAnErrorAndSoIsNoMemoryForAny() {
    all.countDown();
    failing.add(1);
    code = ErrorCode.ENGINE;
    try (EngineGroup group = group(2)) {
      assertThatThrownBy(group::spec).isInstanceOf(TalonException.class).hasMessageContaining("no room");
    }
    opened.clear();
    failing.add(0);
    code = ErrorCode.OUT_OF_MEMORY;
    try (EngineGroup group = group(2)) {
      assertThatThrownBy(group::spec).isInstanceOf(TalonException.class).hasMessageContaining("no room");
    }
  }

  private Map<String, List<Integer>> texts(int engines) throws InterruptedException {
    try (EngineGroup group = group(engines)) {
      return texts(group);
    }
  }

  private Map<String, List<Integer>> texts(EngineGroup group) throws InterruptedException {
    Map<String, List<Integer>> texts = new TreeMap<>();
    Mailbox mailbox = new Mailbox(Duration.ZERO);
    for (int i = 0; i < PROMPTS; i++) {
      group.submit(Lane.SPECULATIVE, request("p-" + i, 0), mailbox);
    }
    all.countDown();
    while (texts.size() < PROMPTS) {
      mailbox.poll(1000).ifPresent(outcome -> {
        int[] tokens = ((Mailbox.Finished) outcome).generation().tokens();
        texts.put(outcome.request().promptId(), Arrays.stream(tokens).boxed().toList());
      });
    }
    return texts;
  }

  /** Engines that begin when all requests are there. */
  private EngineGroup group(int engines) {
    DecodeOptions drafting = new DecodeOptions(new TalonPolicy(8, 3, 0.03), new Coupling.None(), new int[0]);
    DecodeOptions plain = new DecodeOptions(new NoDraft(), new Coupling.None(), new int[0]);
    List<EngineService> services = new ArrayList<>();
    for (int i = 0; i < engines; i++) {
      HashEngine engine = new HashEngine(HashEngine.spec(64, 32, BATCH, 128), 11, 0.5);
      opened.add(engine);
      services.add(new EngineService(new EngineService.Parts(
          "test-" + i,
          slots -> {
            await();
            if (failing.contains(opened.indexOf(engine))) {
              throw new TalonException(code, "no room");
            }
            return engine;
          },
          BATCH,
          Map.of(Lane.SPECULATIVE, drafting, Lane.BASELINE, plain),
          System::nanoTime,
          reason -> {})));
    }
    return new EngineGroup(services, BATCH);
  }

  private void await() {
    try {
      assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts the tests", e);
    }
  }

  private static GenerationRequest request(String promptId, int sample) {
    int[] prompt = promptId.chars().map(c -> c % 64).toArray();
    return new GenerationRequest(promptId, sample, 0, prompt, Sampling.GREEDY, 12, null);
  }
}
