package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import io.talon.TalonException;
import io.talon.decode.Coupling;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.TalonPolicy;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.Engine;
import io.talon.engine.EngineOptions;
import io.talon.torch.probe.IntegerProbe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A draft of integers beside a target of floats: the same text, and nearly as many tokens accepted. */
class DraftWeightsTest {
  private static final Path STORIES = Path.of("../shared/models/stories260K");
  private static final long LARGE = 1 << 24;
  private static final double TOLERANCE = IntegerProbe.level() == 127 ? 0.1 : 0.2; // of tau; inputs of 7 bits are coarser

  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void aHeadOfIntegersDraftsAsWell(ComputeType type) {
    ComputeType able = type == ComputeType.BF16 ? Demo.BF16 : type;
    boolean padded = type == ComputeType.BF16; // each way once
    try (Engine full = EngineOpener.open(Demo.options(4, 16, 32, able, 1, DraftWeights.FULL), padded);
        Engine integers = EngineOpener.open(Demo.options(4, 16, 32, able, 1, DraftWeights.INT8), padded)) {
      assertThat(full.spec().draftDtype()).isEqualTo(able.label());
      assertThat(integers.spec().draftDtype()).isEqualTo("int8");
      assertThat(integers.spec().dtype()).isEqualTo(able.label());
      List<GenerationRequest> requests = DemoPrompts.requests(8, 32, new DemoPrompts.Settings(0, 0, 1, 0), null);
      Map<String, Generation> plain = DemoPrompts.decode(full, new NoDraft(), new Coupling.None(), requests);
      double tau = tau(full, requests, plain);
      assertThat(tau(integers, requests, plain)).isCloseTo(tau, within(TOLERANCE * tau));
    }
  }

  @Test
  void aModelOfIntegersDraftsAsWell() {
    assumeTrue(Files.isDirectory(STORIES), "needs ../shared/models/stories260K and llama2xs281K");
    try (Engine full = TorchEngines.open(stories(DraftWeights.FULL));
        Engine integers = TorchEngines.open(stories(DraftWeights.INT8))) {
      assertThat(full.spec().draftDtype()).isEqualTo("fp32");
      assertThat(integers.spec().draftDtype()).isEqualTo("int8");
      List<GenerationRequest> requests = DemoPrompts.requests(6, 60, new DemoPrompts.Settings(0, 0, 1, 0), null).stream()
          .map(DraftWeightsTest::ofSmallVocabulary)
          .toList();
      Map<String, Generation> plain = DemoPrompts.decode(full, new NoDraft(), new Coupling.None(), requests);
      double tau = tau(full, requests, plain);
      assertThat(tau(integers, requests, plain)).isCloseTo(tau, within(TOLERANCE * tau));
    }
  }

  private static EngineOptions stories(DraftWeights draft) {
    return new EngineOptions(
        STORIES, Path.of("../shared/models/llama2xs281K"), ComputeType.FP32, "cpu", 1, 4, 0, 16, 32, true, draft);
  }

  private static GenerationRequest ofSmallVocabulary(GenerationRequest of) {
    int[] prompt = of.prompt().clone();
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = 3 + prompt[i] % 500;
    }
    return new GenerationRequest(of.promptId(), 0, 0, prompt, of.sampling(), of.maxNewTokens(), null);
  }

  /** Of a policy whose trees do not hang on time; the text must be the one that is given. */
  private static double tau(Engine engine, List<GenerationRequest> requests, Map<String, Generation> plain) {
    Map<String, Generation> drafted =
        DemoPrompts.decode(engine, new TalonPolicy(16, 4, 0.03), new Coupling.None(), requests);
    plain.forEach((id, expected) -> assertThat(drafted.get(id).tokens()).as(id).isEqualTo(expected.tokens()));
    double tokens = drafted.values().stream().mapToInt(generation -> generation.stats().roundTokens()).sum();
    return tokens / drafted.values().stream().mapToInt(generation -> generation.stats().rounds()).sum();
  }

  @ParameterizedTest
  @ValueSource(longs = {LARGE, 1000})
  void integersAreTakenByThemselvesForLargeDraftsOnProcessorsThatMultiplyThemInFull(long weights) {
    boolean taken = IntegerProbe.ofDraft(DraftWeights.AUTO, Device.cpu(), weights);
    assertThat(taken).isEqualTo(weights == LARGE && IntegerProbe.level() == 127);
    assertThat(IntegerProbe.ofDraft(DraftWeights.FULL, Device.cpu(), weights)).isFalse();
    assertThat(IntegerProbe.ofDraft(DraftWeights.INT8, Device.cpu(), weights)).isTrue();
  }

  @Test
  void integersAreForTheProcessor() {
    assertThat(IntegerProbe.ofDraft(DraftWeights.AUTO, Device.gpu(0), LARGE)).isFalse();
    assertThatThrownBy(() -> IntegerProbe.ofDraft(DraftWeights.INT8, Device.gpu(0), LARGE))
        .isInstanceOf(TalonException.class)
        .hasMessageContaining("use --draft-weights auto");
  }
}
