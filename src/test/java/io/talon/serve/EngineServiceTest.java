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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EngineServiceTest {
  private static final int SLOTS = 3;
  private static final int NEW_TOKENS = 12;

  @Test
  void tasksShareTheSlots() throws InterruptedException {
    try (EngineService service = service(engine())) {
      Mailbox one = new Mailbox();
      Mailbox two = new Mailbox();
      for (int i = 0; i < 6; i++) {
        service.submit(Lane.SPECULATIVE, request("one-" + i), one);
        service.submit(Lane.SPECULATIVE, request("two-" + i), two);
      }
      assertThat(take(one, 6)).allSatisfy(outcome -> assertFinished(outcome, "one-"));
      assertThat(take(two, 6)).allSatisfy(outcome -> assertFinished(outcome, "two-"));
    }
  }

  @Test
  void lanesWriteTheSameAndNeverShareAForward() throws InterruptedException {
    try (EngineService service = service(engine())) {
      Mailbox speculative = new Mailbox();
      Mailbox baseline = new Mailbox();
      for (int i = 0; i < 5; i++) {
        service.submit(Lane.BASELINE, request("p-" + i), baseline);
        service.submit(Lane.SPECULATIVE, request("p-" + i), speculative);
      }
      List<Mailbox.Finished> plain = finished(take(baseline, 5));
      List<Mailbox.Finished> drafted = finished(take(speculative, 5));
      assertThat(plain).allSatisfy(outcome -> {
        assertThat(outcome.generation().stats().draftForwards()).isZero();
        assertThat(outcome.generation().rounds())
            .allSatisfy(round -> assertThat(round.treeRows()).as("Should verify bare roots").isEqualTo(1));
      });
      assertThat(drafted).allSatisfy(outcome -> assertThat(outcome.generation().stats().draftForwards()).isPositive());
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
      Mailbox mailbox = new Mailbox();
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
  void anEngineThatFailsFailsEveryoneWhoWaitsAndWhoComesLater() throws InterruptedException {
    HashEngine engine = engine();
    engine.failAfter(2);
    try (EngineService service = service(engine)) {
      Mailbox mailbox = new Mailbox();
      for (int i = 0; i < 8; i++) {
        service.submit(Lane.SPECULATIVE, request("p-" + i), mailbox);
      }
      assertThat(take(mailbox, 8)).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Mailbox.Failed.class));
      assertThat(service.usable()).isFalse();
      service.submit(Lane.SPECULATIVE, request("late"), mailbox);
      assertThat(take(mailbox, 1)).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Mailbox.Failed.class));
    }
  }

  @Test
  void whatKeepsAnEngineFromOpeningReachesTheCaller() {
    try (EngineService service = new EngineService(
        "test",
        () -> {
          throw new TalonException(ErrorCode.DEVICE, "no such device");
        },
        lanes())) {
      assertThatThrownBy(service::spec)
          .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEVICE))
          .hasMessage("no such device");
    }
  }

  @Test
  void closingFailsWhatIsOpen() throws InterruptedException {
    EngineService service = service(engine());
    Mailbox mailbox = new Mailbox();
    service.spec();
    service.close();
    service.close();
    service.submit(Lane.SPECULATIVE, request("late"), mailbox);
    assertThat(take(mailbox, 1)).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Mailbox.Failed.class));
  }

  private static HashEngine engine() {
    return new HashEngine(HashEngine.spec(64, 32, SLOTS, 128), 11, 0.5);
  }

  private static EngineService service(HashEngine engine) {
    return new EngineService("test", () -> engine, lanes());
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

  private static void assertFinished(Mailbox.Outcome outcome, String prefix) {
    assertThat(outcome).isInstanceOf(Mailbox.Finished.class);
    assertThat(outcome.request().promptId()).startsWith(prefix);
    assertThat(((Mailbox.Finished) outcome).generation().tokens()).hasSize(NEW_TOKENS);
  }
}
