package io.talon.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.conf.Command;
import io.talon.conf.GenerateOptions;
import io.talon.conf.Key;
import io.talon.conf.Settings;
import io.talon.decode.Coupling;
import io.talon.decode.DecodeOptions;
import io.talon.draft.policy.NoDraft;
import io.talon.engine.HashEngine;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EnginePoolTest {
  private static final EnginePool.Key SMALL = key("8", "cpu");
  private static final EnginePool.Key LARGE = key("16", "cpu");
  private static final EnginePool.Key ELSEWHERE = key("16", "cuda:1");

  private static final EnginePool.Opening OPENING = new EnginePool.Opening(List::of, reason -> {});

  private final AtomicLong now = new AtomicLong();
  private final EnginePool pool = new EnginePool((key, opening) -> service(), now::get);

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void whoAsksForTheSameSharesAnEngine() {
    EngineGroup engine = pool.acquire(SMALL, OPENING);
    assertThat(pool.acquire(key("8", "cpu"), OPENING)).isSameAs(engine);
    assertThat(pool.acquire(LARGE, OPENING)).isNotSameAs(engine);
    assertThat(engine.usable()).as("Should stay open while somebody uses it").isTrue();
  }

  @Test
  void anEngineThatNobodyUsesMakesRoomOnItsDevice() {
    EngineGroup engine = pool.acquire(SMALL, OPENING);
    pool.handBack(engine);
    pool.acquire(ELSEWHERE, OPENING);
    assertThat(pool.acquire(SMALL, OPENING)).as("Should stay warm").isSameAs(engine);
    pool.handBack(engine);
    now.set(1);
    pool.acquire(LARGE, OPENING);
    assertThat(engine.usable()).isFalse();
    assertThat(pool.acquire(SMALL, OPENING)).as("Should open again").isNotSameAs(engine);
  }

  @Test
  void idleEnginesAreClosedAfterAWhile() {
    EngineGroup used = pool.acquire(SMALL, OPENING);
    EngineGroup idle = pool.acquire(ELSEWHERE, OPENING);
    pool.handBack(idle);
    now.set(EnginePool.IDLE_NANOS - 1);
    pool.evictIdle();
    assertThat(idle.usable()).isTrue();
    now.set(EnginePool.IDLE_NANOS);
    pool.evictIdle();
    assertThat(idle.usable()).isFalse();
    assertThat(used.usable()).isTrue();
  }

  @Test
  void whatHasFailedIsReplacedAndWhatIsLeftOfItClosed() {
    EngineGroup engines = pool.acquire(SMALL, OPENING);
    engines.engines().get(1).close();
    assertThat(pool.acquire(SMALL, OPENING)).isNotSameAs(engines);
    assertThat(engines.engines().get(0).usable()).isFalse();
  }

  private static EngineGroup service() {
    return new EngineGroup(List.of(engine(), engine()), 2);
  }

  private static EngineService engine() {
    DecodeOptions plain = new DecodeOptions(new NoDraft(), new Coupling.None(), new int[0]);
    HashEngine engine = new HashEngine(HashEngine.spec(64, 32, 2, 128), 11, 0.5);
    return new EngineService(new EngineService.Parts(
        "test",
        slots -> engine,
        2,
        Map.of(Lane.SPECULATIVE, plain, Lane.BASELINE, plain),
        System::nanoTime,
        reason -> {}));
  }

  private static EnginePool.Key key(String budget, String device) {
    Map<Key, List<String>> typed = Map.of(
        Key.INPUT, List.of("in"),
        Key.OUTPUT, List.of("out"),
        Key.TARGET, List.of("target"),
        Key.DRAFT, List.of("head"),
        Key.POLICY, List.of("talon"),
        Key.BUDGET, List.of(budget));
    GenerateOptions options = GenerateOptions.of(Settings.layered(Command.GENERATE, typed, null));
    return new EnginePool.Key(device, options.models(), options.draft(), options.batch());
  }
}
