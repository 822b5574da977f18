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
import io.talon.engine.Engine;
import io.talon.engine.HashEngine;
import io.talon.engine.Sampling;
import io.talon.stats.RoundRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EngineServiceTest {
  private static final int SLOTS = 3;
  private static final int NEW_TOKENS = 12;

  @Test
  void tasksShareTheSlots() throws InterruptedException {
    CountDownLatch submitted = new CountDownLatch(1);
    try (EngineService service = service(submitted, engine())) {
      Mailbox one = new Mailbox(Duration.ZERO);
      Mailbox two = new Mailbox(Duration.ZERO);
      service.submit(Lane.SPECULATIVE, request("one-0"), one);
      service.submit(Lane.SPECULATIVE, request("one-1"), one);
      service.submit(Lane.SPECULATIVE, request("two-0"), two);
      submitted.countDown();
      List<Mailbox.Finished> ofOne = finished(take(one, 2));
      List<Mailbox.Finished> ofTwo = finished(take(two, 1));
      assertThat(ofOne).allSatisfy(outcome -> assertFinished(outcome, "one-"));
      assertThat(ofTwo).allSatisfy(outcome -> assertFinished(outcome, "two-"));
      assertThat(Stream.concat(ofOne.stream(), ofTwo.stream()))
          .as("Should share the first forward, which neither task fills alone")
          .allSatisfy(outcome -> assertThat(firstRound(outcome).liveSlots()).isEqualTo(SLOTS));
    }
  }

  @Test
  void aSlotThatOneTaskFreesIsFilledByAnother() throws InterruptedException {
    CountDownLatch submitted = new CountDownLatch(1);
    try (EngineService service = service(submitted, engine())) {
      Mailbox one = new Mailbox(Duration.ZERO);
      Mailbox two = new Mailbox(Duration.ZERO);
      for (int i = 0; i < 6; i++) {
        service.submit(Lane.SPECULATIVE, request("one-" + i), one);
      }
      service.submit(Lane.SPECULATIVE, request("two"), two);
      submitted.countDown();
      assertThat(take(one, 6)).allSatisfy(outcome -> assertFinished(outcome, "one-"));
      assertThat(take(two, 1)).allSatisfy(outcome -> assertFinished(outcome, "two"));
    }
  }

  @Test
  void lanesWriteTheSameAndNeverShareAForward() throws InterruptedException {
    CountDownLatch submitted = new CountDownLatch(1);
    try (EngineService service = service(submitted, engine())) {
      Mailbox speculative = new Mailbox(Duration.ZERO);
      Mailbox baseline = new Mailbox(Duration.ZERO);
      for (int i = 0; i < 2; i++) {
        service.submit(Lane.SPECULATIVE, request("p-" + i), speculative);
        service.submit(Lane.BASELINE, request("p-" + i), baseline);
      }
      submitted.countDown();
      List<Mailbox.Finished> plain = finished(take(baseline, 2));
      List<Mailbox.Finished> drafted = finished(take(speculative, 2));
      assertThat(plain).allSatisfy(outcome -> {
        assertThat(outcome.generation().stats().draftForwards()).isZero();
        assertThat(outcome.generation().rounds())
            .allSatisfy(round -> assertThat(round.treeRows()).as("Should verify bare roots").isEqualTo(1));
      });
      assertThat(drafted).allSatisfy(outcome -> assertThat(outcome.generation().stats().draftForwards()).isPositive());
      assertThat(Stream.concat(plain.stream(), drafted.stream()))
          .as("Should run beside the other of the lane, and leave the third slot empty")
          .allSatisfy(outcome -> assertThat(firstRound(outcome).liveSlots()).isEqualTo(2));
      for (Mailbox.Finished outcome : drafted) {
        Mailbox.Finished twin = plain.stream()
            .filter(other -> other.request().promptId().equals(outcome.request().promptId()))
            .findFirst()
            .orElseThrow();
        assertThat(outcome.generation().tokens()).isEqualTo(twin.generation().tokens());
      }
    }
  }

  @Test
  void promptsThatDoNotFitAreRejectedAlone() throws InterruptedException {
    try (EngineService service = service(engine())) {
      Mailbox mailbox = new Mailbox(Duration.ZERO);
      service.submit(Lane.SPECULATIVE, request("long", new int[500]), mailbox);
      service.submit(Lane.SPECULATIVE, request("short"), mailbox);
      List<Mailbox.Outcome> outcomes = take(mailbox, 2);
      assertThat(outcomes)
          .filteredOn(Mailbox.Rejected.class::isInstance)
          .singleElement()
          .satisfies(outcome -> assertThat(((Mailbox.Rejected) outcome).reason().code()).isEqualTo(ErrorCode.PROMPT_TOO_LONG));
      assertThat(outcomes).filteredOn(Mailbox.Finished.class::isInstance).hasSize(1);
    }
  }

  @Test
  void whatKeepsAnEngineFromOpeningReachesTheCaller() {
    try (EngineService service = service(slots -> {
      throw new TalonException(ErrorCode.DEVICE, "no such device");
    })) {
      assertThatThrownBy(service::spec)
          .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEVICE))
          .hasMessage("no such device");
    }
  }

  @Test
  void closingFailsWhatIsOpen() throws InterruptedException {
    HashEngine engine = engine();
    CountDownLatch submitted = new CountDownLatch(1);
    CountDownLatch decoding = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    engine.faults().beforeVerify(() -> {
      decoding.countDown();
      await(closing);
    });
    EngineService service = service(submitted, engine);
    Mailbox mailbox = new Mailbox(Duration.ZERO);
    for (int i = 0; i < SLOTS + 2; i++) {
      service.submit(Lane.SPECULATIVE, request("p-" + i), mailbox);
    }
    service.submit(Lane.BASELINE, request("baseline"), mailbox);
    submitted.countDown();
    await(decoding);
    assertThat(engine.liveSlots()).as("Should have live requests beside the waiting ones").isEqualTo(SLOTS);
    Thread closer = new Thread(service::close);
    closer.start();
    while (closer.getState() != Thread.State.TIMED_WAITING) { // for the engine's thread
      Thread.onSpinWait();
    }
    closing.countDown();
    assertThat(take(mailbox, SLOTS + 3)).allSatisfy(EngineServiceTest::assertClosed);
    closer.join();
    assertThat(engine.targetForwards()).as("Should stop after the round in progress").isEqualTo(1);
    assertThat(engine.liveSlots()).isZero();
    service.close();
    service.submit(Lane.SPECULATIVE, request("late"), mailbox);
    assertThat(take(mailbox, 1)).allSatisfy(EngineServiceTest::assertClosed);
  }

  private static HashEngine engine() {
    return new HashEngine(HashEngine.spec(64, 32, SLOTS, 128), 11, 0.5);
  }

  private static EngineService service(HashEngine engine) {
    return service(slots -> engine);
  }

  private static EngineService service(IntFunction<Engine> opener) {
    return new EngineService(
        new EngineService.Parts("test", opener, SLOTS, lanes(), System::nanoTime, reason -> {}));
  }

  /** A service that begins when all requests are there. */
  private static EngineService service(CountDownLatch submitted, HashEngine engine) {
    return service(slots -> {
      await(submitted);
      return engine;
    });
  }

  private static Map<Lane, DecodeOptions> lanes() {
    Coupling coupling = new Coupling.None();
    return Map.of(
        Lane.SPECULATIVE, new DecodeOptions(new TalonPolicy(8, 3, 0.03), coupling, new int[0]),
        Lane.BASELINE, new DecodeOptions(new NoDraft(), coupling, new int[0]));
  }

  private static GenerationRequest request(String promptId) {
    return request(promptId, promptId.chars().map(c -> c % 64).toArray());
  }

  private static GenerationRequest request(String promptId, int[] prompt) {
    return new GenerationRequest(promptId, 0, 0, prompt, Sampling.GREEDY, NEW_TOKENS, null).recorded();
  }

  private static List<Mailbox.Outcome> take(Mailbox mailbox, int count) throws InterruptedException {
    List<Mailbox.Outcome> outcomes = new ArrayList<>();
    while (outcomes.size() < count) {
      mailbox.poll(1000).ifPresent(outcomes::add);
    }
    return outcomes;
  }

  private static List<Mailbox.Finished> finished(List<Mailbox.Outcome> outcomes) {
    return outcomes.stream().map(Mailbox.Finished.class::cast).toList();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts the tests", e);
    }
  }

  private static RoundRecord firstRound(Mailbox.Finished outcome) {
    return outcome.generation().rounds().get(0);
  }

  private static void assertClosed(Mailbox.Outcome outcome) {
    assertThat(outcome).isInstanceOfSatisfying(
        Mailbox.Failed.class,
        failed -> assertThat(failed.cause()).hasMessage("the engine was closed while requests were open"));
  }

  private static void assertFinished(Mailbox.Outcome outcome, String prefix) {
    assertThat(outcome).isInstanceOf(Mailbox.Finished.class);
    assertThat(outcome.request().promptId()).startsWith(prefix);
    assertThat(((Mailbox.Finished) outcome).generation().tokens()).hasSize(NEW_TOKENS);
  }
}
