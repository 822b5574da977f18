package io.talon.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.engine.HashEngine;
import io.talon.engine.Sampling;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenAgreementTest {
  private static final List<GenerationRequest> REQUESTS = List.of(request("a", 3, 5), request("b", 9), request("c", 4, 4, 4));

  @Test
  void anEngineAgreesWithItself() {
    assertThat(TokenAgreement.measure(engine(11), engine(11), REQUESTS, new int[0]))
        .isEqualTo(new TokenAgreement(60, 60));
  }

  @Test
  void anotherModelRarelyChoosesTheSame() {
    TokenAgreement agreement = TokenAgreement.measure(engine(11), engine(12), REQUESTS, new int[0]);
    assertThat(agreement.tokens()).isEqualTo(60);
    assertThat(agreement.equal()).isLessThan(30);
  }

  @Test
  void aTextEndsWhereTheFirstEngineEndsIt() {
    int[] all = IntStream.range(0, 64).toArray();
    assertThat(TokenAgreement.measure(engine(11), engine(11), REQUESTS, all)).isEqualTo(new TokenAgreement(3, 3));
  }

  @Test
  void aPersonReadsAShare() {
    assertThat(new TokenAgreement(4210, 4000)).hasToString("95.01% of 4,210 greedy tokens are those of fp32");
  }

  private static HashEngine engine(long language) {
    return new HashEngine(HashEngine.spec(64, 32, 1, 128), language, 0.5);
  }

  private static GenerationRequest request(String id, int... prompt) {
    return new GenerationRequest(id, 0, 0, prompt, Sampling.GREEDY, 20, null);
  }
}
