package io.talon.serve;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an engine that fails does to the rows around it. */
@Timeout(60)
class EngineFaultsTest {
  private static final int SLOTS = 8;
  private static final int ROWS = 20;
  private static final String BROKEN = "index 9 is out of bounds";
  private static Map<String, List<Integer>> undisturbed;

  private final List<HashEngine> opened = new ArrayList<>();
  private final List<TalonException> lost = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong();
  private final Mailbox mailbox = new Mailbox(Duration.ZERO);

  @BeforeAll
  static void decodeUndisturbed() throws InterruptedException {
    EngineFaultsTest test = new EngineFaultsTest();
    undisturbed = test.texts(test.decode(engine -> {}));
  }

  @Test
  void aRowThatMakesTheEngineFailIsFoundAndTheOthersWriteWhatTheyWouldHaveWritten() throws InterruptedException {
    List<Mailbox.Outcome> outcomes = decode(engine -> engine.faults().beforeVerify(() -> failWith(engine, 5)));
    Mailbox.Rejected rejected = rejected(outcomes);
    assertThat(rejected.request().promptId()).isEqualTo("p-5");
    assertThat(rejected.attempts()).as("With seven others, three, one, and twice alone").isEqualTo(4);
    assertThat(rejected.reason().code()).isEqualTo(ErrorCode.ENGINE);
    assertThat(rejected.reason()).hasMessage(
        "the engine failed on it 4 times, at last without any other row beside it: "
            + "the engine failed: java.lang.IllegalStateException: " + BROKEN);
    assertThat(opened).as("Should open again after each failure, and no more").hasSize(5);
    assertThat(texts(outcomes)).hasSize(ROWS - 1).isEqualTo(without("p-5"));
    assertThat(lost).isEmpty();
  }

  @Test
  void severalSuchRowsAreFound() throws InterruptedException {
    List<Mailbox.Outcome> outcomes = decode(engine -> engine.faults().beforeVerify(() -> {
      failWith(engine, 2);
      failWith(engine, 13);
      failWith(engine, 19);
    }));
    assertThat(outcomes).filteredOn(Mailbox.Rejected.class::isInstance).extracting(each -> each.request().promptId())
        .containsExactlyInAnyOrder("p-2", "p-13", "p-19");
    assertThat(texts(outcomes)).isEqualTo(without("p-2", "p-13", "p-19"));
  }

  @Test
  void aRowThatMadeTheEngineFailOnceIsDecodedAgain() throws InterruptedException {
    List<Mailbox.Outcome> outcomes = decode(engine -> {
      if (opened.isEmpty()) {
        engine.faults().failAfter(3);
      }
    });
    assertThat(texts(outcomes)).isEqualTo(undisturbed);
    assertThat(opened).hasSize(2);
  }

  @Test
  void anEngineThatFailsOnEveryRowIsGivenUp() throws InterruptedException {
    List<Mailbox.Outcome> outcomes = decode(engine -> engine.faults().failAfter(2));
    List<Mailbox.Failed> failed =
        outcomes.stream().filter(Mailbox.Failed.class::isInstance).map(Mailbox.Failed.class::cast).toList();
    assertThat(failed).hasSize(ROWS - 2).allSatisfy(each -> assertThat(each.cause())
        .hasMessage(
            "the engine failed on 3 rows one after the other, each of them alone, and finished none in between, so the fault lies "
                + "with the engine, its device or the models: the engine failed: java.lang.IllegalStateException: the device is gone"));
    assertThat(opened).as("Should not be opened forever").hasSizeLessThan(12);
  }

  @Test
  void whoComesAfterTheEndFailsAtOnce() throws InterruptedException {
    try (EngineService service = service(slots -> engine(slots, engine -> engine.faults().failAfter(0)))) {
      for (int i = 0; i < 3; i++) {
        service.submit(Lane.SPECULATIVE, request(i), mailbox);
      }
      take(3);
      while (service.usable()) {
        Thread.onSpinWait();
      }
      service.submit(Lane.SPECULATIVE, request(9), mailbox);
      assertThat(take(1)).singleElement().isInstanceOf(Mailbox.Failed.class);
    }
  }

  @Test
  void aProcessThatHasLostItsDeviceOpensNoOtherEngine() throws InterruptedException {
    List<Mailbox.Outcome> outcomes = decode(engine -> engine.faults().beforeVerify(() -> {
      throw new TalonException(
          ErrorCode.ENGINE, "verify failed in the native engine: CUDA error: an illegal memory access was encountered");
    }));
    String message = "this process lost its device or its memory, and no engine can be opened in it again: "
        + "verify failed in the native engine: CUDA error: an illegal memory access was encountered";
    assertThat(lost).singleElement().satisfies(reason -> assertThat(reason).hasMessage(message));
    assertThat(outcomes).hasSize(ROWS).allSatisfy(outcome -> assertThat(((Mailbox.Failed) outcome).cause()).hasMessage(message));
    assertThat(opened).hasSize(1);
  }

  @Test
  void aLackOfMemoryHalvesTheSlots() throws InterruptedException {
    try (EngineService service = service(slots -> engine(slots, engine -> engine.faults().beforeVerify(() -> {
      if (engine.liveSlots() > 2) {
        throw new TalonException(ErrorCode.ENGINE, "CUDA out of memory. Tried to allocate 2.00 GiB");
      }
    })))) {
      List<Mailbox.Outcome> outcomes = submitAll(service);
      assertThat(texts(outcomes)).isEqualTo(undisturbed);
      assertThat(service.spec().slots()).isEqualTo(2);
      assertThat(service.restarts()).isEqualTo(2);
    }
    assertThat(opened).extracting(engine -> engine.spec().slots()).containsExactly(8, 4, 2);
  }

  @Test
  void anEngineThatDoesNotFitIsOpenedSmaller() throws InterruptedException {
    try (EngineService service = service(slots -> {
      if (slots > 4) {
        throw new OutOfMemoryError("Cannot reserve 4096 bytes of direct buffer memory (allocated: 9, limit: 10)");
      }
      return engine(slots, engine -> {});
    })) {
      assertThat(texts(submitAll(service))).isEqualTo(undisturbed);
      assertThat(service.spec().slots()).isEqualTo(4);
    }
  }

  @Test
  void aRowThatFitsInNoMemoryGoesAloneAndTheSlotsComeBack() throws InterruptedException {
    List<Mailbox.Outcome> outcomes = decode(engine -> engine.faults().beforeVerify(() -> {
      if (engine.holds(5)) {
        throw new TalonException(ErrorCode.ENGINE, "CUDA out of memory. Tried to allocate 2.00 GiB");
      }
    }));
    assertThat(rejected(outcomes).reason().code()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
    assertThat(texts(outcomes)).isEqualTo(without("p-5"));
    assertThat(opened.get(opened.size() - 1).spec().slots()).isEqualTo(SLOTS);
  }

  @Test
  void rowsThatNobodyWaitsForLeaveWithTheRound() throws InterruptedException {
    List<Integer> live = new ArrayList<>();
    Mailbox killed = new Mailbox(Duration.ZERO);
    CountDownLatch submitted = new CountDownLatch(1);
    try (EngineService service = service(slots -> {
      await(submitted);
      return engine(slots, engine -> engine.faults().beforeVerify(() -> {
        live.add(engine.liveSlots());
        killed.close();
      }));
    })) {
      service.submit(Lane.SPECULATIVE, request(0), mailbox);
      for (int i = 1; i < 2 * SLOTS; i++) {
        service.submit(Lane.SPECULATIVE, request(i), killed);
      }
      submitted.countDown();
      assertThat(texts(take(1))).isEqualTo(only("p-0"));
      assertThat(live.get(0)).isEqualTo(SLOTS);
      assertThat(live.subList(1, live.size())).as("Should be alone from the second round on").isNotEmpty().containsOnly(1);
    }
  }

  @Test
  void aGenerationThatTakesTooLongEndsAndItsNeighboursGoOn() throws InterruptedException {
    Mailbox impatient = new Mailbox(Duration.ofSeconds(3));
    CountDownLatch submitted = new CountDownLatch(1);
    try (EngineService service = service(slots -> {
      await(submitted);
      return engine(slots, engine -> engine.faults().beforeVerify(() -> clock.addAndGet(1_000_000_000)));
    })) {
      service.submit(Lane.SPECULATIVE, request(0), impatient);
      service.submit(Lane.SPECULATIVE, request(1), mailbox);
      submitted.countDown();
      assertThat(texts(take(1))).isEqualTo(only("p-1"));
      Mailbox.Rejected late = (Mailbox.Rejected) impatient.poll(10_000).orElseThrow();
      assertThat(late.reason().code()).isEqualTo(ErrorCode.ROW_TIMEOUT);
      assertThat(late.generated()).as("Should have gone on for four rounds").isBetween(5, 4 * 9);
      assertThat(late.reason()).hasMessage(
          "a generation took longer than --row-timeout allows, 3.0 s: it had " + late.generated()
              + " tokens of 60; allow more, or fewer new tokens");
    }
  }

  private static void failWith(HashEngine engine, int firstToken) {
    if (engine.holds(firstToken)) {
      throw new IllegalStateException(BROKEN);
    }
  }

  private static Map<String, List<Integer>> without(String... promptIds) {
    Map<String, List<Integer>> others = new TreeMap<>(undisturbed);
    List.of(promptIds).forEach(others::remove);
    return others;
  }

  private static Map<String, List<Integer>> only(String promptId) {
    return Map.of(promptId, undisturbed.get(promptId));
  }

  /** All rows on engines that a test has prepared. */
  private List<Mailbox.Outcome> decode(Consumer<HashEngine> prepare) throws InterruptedException {
    try (EngineService service = service(slots -> engine(slots, prepare))) {
      return submitAll(service);
    }
  }

  private List<Mailbox.Outcome> submitAll(EngineService service) throws InterruptedException {
    for (int i = 0; i < ROWS; i++) {
      service.submit(Lane.SPECULATIVE, request(i), mailbox);
    }
    return take(ROWS);
  }

  private HashEngine engine(int slots, Consumer<HashEngine> prepare) {
    HashEngine engine = new HashEngine(HashEngine.spec(64, 32, slots, 128), 11, 0.5);
    prepare.accept(engine);
    opened.add(engine);
    return engine;
  }

  private EngineService service(IntFunction<Engine> opener) {
    Coupling coupling = new Coupling.None();
    return new EngineService(new EngineService.Parts(
        "test",
        opener,
        SLOTS,
        Map.of(
            Lane.SPECULATIVE, new DecodeOptions(new TalonPolicy(8, 3, 0.03), coupling, new int[0]),
            Lane.BASELINE, new DecodeOptions(new NoDraft(), coupling, new int[0])),
        clock::get,
        lost::add));
  }

  private static GenerationRequest request(int id) {
    return new GenerationRequest("p-" + id, 0, 0, new int[] {id, 40}, Sampling.GREEDY, 60, null);
  }

  private List<Mailbox.Outcome> take(int count) throws InterruptedException {
    List<Mailbox.Outcome> outcomes = new ArrayList<>();
    while (outcomes.size() < count) {
      mailbox.poll(1000).ifPresent(outcomes::add);
    }
    return outcomes;
  }

  private static Mailbox.Rejected rejected(List<Mailbox.Outcome> outcomes) {
    List<Mailbox.Outcome> rejected = outcomes.stream().filter(Mailbox.Rejected.class::isInstance).toList();
    assertThat(rejected).hasSize(1);
    return (Mailbox.Rejected) rejected.get(0);
  }

  private Map<String, List<Integer>> texts(List<Mailbox.Outcome> outcomes) {
    Map<String, List<Integer>> texts = new TreeMap<>();
    for (Mailbox.Outcome outcome : outcomes) {
      if (outcome instanceof Mailbox.Finished finished) {
        List<Integer> tokens = new ArrayList<>();
        for (int token : finished.generation().tokens()) {
          tokens.add(token);
        }
        texts.put(outcome.request().promptId(), tokens);
      }
    }
    return texts;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts the tests", e);
    }
  }
}
