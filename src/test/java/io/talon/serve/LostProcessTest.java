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
import io.talon.job.waves.RunDirectory;
import io.talon.job.waves.Strikes;
import io.talon.job.waves.Strikes.Struck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A row that ends every process that decodes it, over as many processes as it takes. */
@Timeout(60)
class LostProcessTest {
  private static final int SLOTS = 4;
  private static final int ROWS = 10;
  private static final String STICKY = "CUDA error: device-side assert triggered";

  @TempDir
  Path directory;

  private final Map<Integer, String> texts = new TreeMap<>();
  private final List<TalonException> lost = new ArrayList<>();
  private Strikes strikes;

  @BeforeEach
  void makePlace() throws Exception {
    Files.createDirectory(directory.resolve(RunDirectory.STRIKES));
    strikes = Strikes.of(RunDirectory.of(directory.toString(), new Configuration(false)));
  }

  @Test
  void theRowsThatLivedGoAloneInTheNextProcessAndTheOneToBlameIsKnownInTheThird() throws InterruptedException {
    process(engine -> {});
    Map<Integer, String> undisturbed = new TreeMap<>(texts);
    texts.clear();
    Consumer<HashEngine> deadly = engine -> engine.faults().beforeVerify(() -> {
      if (engine.holds(5)) {
        throw new TalonException(ErrorCode.ENGINE, "verify failed in the native engine: " + STICKY);
      }
    });
    process(deadly);
    assertThat(lost).hasSize(1);
    Map<String, Struck> first = strikes.read();
    assertThat(first).as("Should name what lived, and no more").hasSize(SLOTS).containsKey("5");
    assertThat(first.values()).allSatisfy(struck -> {
      assertThat(struck.guilty()).isFalse();
      assertThat(struck.times()).isEqualTo(1);
      assertThat(struck.reason()).endsWith(STICKY);
    });
    process(deadly);
    assertThat(lost).hasSize(2);
    Map<String, Struck> second = strikes.read();
    assertThat(second.keySet()).as("Should have taken nobody else with it").isEqualTo(first.keySet());
    assertThat(second.get("5").guilty()).isTrue();
    assertThat(second.get("5").times()).isEqualTo(2);
    assertThat(second.values()).filteredOn(Struck::guilty).hasSize(1);
    process(deadly);
    assertThat(lost).as("Should lose no third process").hasSize(2);
    undisturbed.remove(5);
    assertThat(texts).isEqualTo(undisturbed);
  }

  @Test
  void aRowThatIsToBeAloneIsSoAndDoesNotWaitForTheLaneToRunDry() throws InterruptedException {
    List<Integer> order = new ArrayList<>();
    List<Integer> beside = new ArrayList<>();
    Mailbox mailbox = new Mailbox(Duration.ZERO, strikes::add);
    CountDownLatch submitted = new CountDownLatch(1);
    AtomicReference<EngineService> service = new AtomicReference<>();
    service.set(service(submitted, engine -> engine.faults().beforeVerify(() -> {
      if (order.isEmpty()) {
        service.get().submitAlone(Lane.SPECULATIVE, request(9), mailbox);
      }
      IntStream.range(0, ROWS).filter(row -> engine.holds(row) && !order.contains(row)).forEach(order::add);
      if (engine.holds(9)) {
        beside.add(engine.liveSlots());
      }
    })));
    try (EngineService open = service.get()) {
      for (int row = 0; row < ROWS - 1; row++) {
        open.submit(Lane.SPECULATIVE, request(row), mailbox);
      }
      submitted.countDown();
      for (int i = 0; i < ROWS; i++) {
        assertThat(mailbox.poll(10_000)).containsInstanceOf(Mailbox.Finished.class);
      }
    }
    assertThat(order).containsExactly(0, 1, 2, 3, 9, 4, 5, 6, 7, 8);
    assertThat(beside).isNotEmpty().containsOnly(1);
  }

  /** What an executor does with some rows, until it is done or lost. */
  private void process(Consumer<HashEngine> prepare) throws InterruptedException {
    Map<String, Struck> struck = strikes.read();
    Mailbox mailbox = new Mailbox(Duration.ZERO, strikes::add);
    CountDownLatch submitted = new CountDownLatch(1);
    try (EngineService service = service(submitted, prepare)) {
      TreeSet<Integer> open = new TreeSet<>();
      for (int row = 0; row < ROWS; row++) {
        Struck before = struck.get(row + "");
        if (before == null) {
          service.submit(Lane.SPECULATIVE, request(row), mailbox);
          open.add(row);
        } else if (!before.guilty()) {
          service.submitAlone(Lane.SPECULATIVE, request(row), mailbox);
          open.add(row);
        }
      }
      submitted.countDown();
      while (!open.isEmpty()) {
        Mailbox.Outcome outcome = mailbox.poll(10_000).orElseThrow();
        open.remove(Integer.valueOf(outcome.request().promptId()));
        if (outcome instanceof Mailbox.Finished finished) {
          texts.put(
              Integer.valueOf(outcome.request().promptId()), Arrays.toString(finished.generation().tokens()));
        }
      }
    }
  }

  private EngineService service(CountDownLatch submitted, Consumer<HashEngine> prepare) {
    Coupling coupling = new Coupling.None();
    return new EngineService(new EngineService.Parts(
        "test",
        slots -> engine(submitted, slots, prepare),
        SLOTS,
        Map.of(
            Lane.SPECULATIVE, new DecodeOptions(new TalonPolicy(8, 3, 0.03), coupling, new int[0]),
            Lane.BASELINE, new DecodeOptions(new NoDraft(), coupling, new int[0])),
        System::nanoTime,
        lost::add));
  }

  private static Engine engine(CountDownLatch submitted, int slots, Consumer<HashEngine> prepare) {
    try {
      submitted.await();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts the tests", e);
    }
    HashEngine engine = new HashEngine(HashEngine.spec(64, 32, slots, 128), 11, 0.5);
    prepare.accept(engine);
    return engine;
  }

  private static GenerationRequest request(int id) {
    return new GenerationRequest(String.valueOf(id), 0, 0, new int[] {id, 40}, Sampling.GREEDY, 30, null);
  }
}
