package io.talon.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.draft.policy.ChainPolicy;
import io.talon.engine.Engine;
import io.talon.engine.HashEngine;
import io.talon.engine.Sampling;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Of a long prompt a part is run between two rounds, so that the sequences that live already go on. */
class LongPromptRoundsTest {
  private static final GenerationRequest LONG = request("long", 1000, 5);
  private static final GenerationRequest SHORT = request("short", 4, 3);
  private static final GenerationRequest STEADY = request("steady", 6, 60);

  private final List<String> calls = new ArrayList<>();

  private static GenerationRequest request(String id, int promptLength, int maxNewTokens) {
    int[] prompt = new Random(promptLength).ints(promptLength, 0, 48).toArray();
    return new GenerationRequest(id, 0, 0, prompt, Sampling.GREEDY, maxNewTokens, null);
  }

  private static HashEngine engine(int slots) {
    return new HashEngine(HashEngine.spec(48, 48, slots, 2048), 21, 1);
  }

  /** Notes the parts of prompts and the rounds. */
  private Engine watched(Engine engine) {
    return (Engine) Proxy.newProxyInstance(Engine.class.getClassLoader(), new Class<?>[] {Engine.class},
        (proxy, method, args) -> {
          try {
            Object result = method.invoke(engine, args);
            if (method.getName().equals("verify")) {
              calls.add("round");
            } else if (method.getName().equals("advance")) {
              calls.add(((Engine.Advance) result).parts().stream().mapToInt(Engine.Part::rows).sum() + " rows");
            }
            return result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private static Requests run(Engine engine, Requests requests) {
    new DecodeLoop(engine, DecodeLoopTest.options(new ChainPolicy(2)), System::nanoTime).run(requests);
    return requests;
  }

  @Test
  void theOthersHaveTheirRoundsBetweenThePartsOfALongPrompt() {
    Requests together = run(watched(engine(2)), new Requests(List.of(SHORT, STEADY, LONG)));
    assertThat(calls).startsWith("10 rows", "round");
    assertThat(calls)
        .as("the long prompt takes the slot of the short one")
        .containsSubsequence("256 rows", "round", "256 rows", "round", "256 rows", "round", "232 rows", "round");
    assertThat(calls).filteredOn(call -> call.endsWith("rows")).hasSize(5);
    for (GenerationRequest request : List.of(SHORT, STEADY, LONG)) {
      Requests alone = run(engine(1), new Requests(List.of(request)));
      assertThat(together.finished.get(request.promptId()).tokens())
          .as(request.promptId())
          .isEqualTo(alone.finished.get(request.promptId()).tokens());
    }
    assertThat(together.finished.get("long").stats().prefillNanos()).isPositive();
  }

  @Test
  void nobodyWaitsForPartsWhereNothingLives() {
    run(watched(engine(2)), new Requests(List.of(LONG, SHORT)));
    assertThat(calls).startsWith("1004 rows", "round");
  }

  @Test
  void aPromptThatNobodyWantsAnyMoreIsGivenUpHalfWay() {
    HashEngine engine = engine(2);
    Requests requests = new Requests(List.of(SHORT, STEADY, LONG, request("next", 5, 2))) {
      @Override
      public TalonException unwanted(GenerationRequest request, int generated) {
        boolean half = calls.stream().filter("256 rows"::equals).count() == 2;
        return half && request == LONG ? new TalonException(ErrorCode.ROW_TIMEOUT, "too long") : null;
      }
    };
    run(watched(engine), requests);
    assertThat(requests.rejected).containsOnlyKeys("long");
    assertThat(requests.finished).containsOnlyKeys("short", "steady", "next");
    assertThat(calls).as("the slot went to the next one").containsSubsequence("256 rows", "round", "256 rows", "round", "5 rows");
    assertThat(engine.liveSlots()).isZero();
    assertThat(Arrays.stream(requests.finished.get("next").tokens())).hasSize(2);
  }
}
