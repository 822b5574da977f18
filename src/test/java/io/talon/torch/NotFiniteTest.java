package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.decode.Coupling;
import io.talon.decode.DecodeLoop;
import io.talon.decode.DecodeOptions;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.draft.lookup.Lookups;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.Chosen;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.Drafting;
import io.talon.engine.Engine.Prompt;
import io.talon.engine.EngineOptions;
import io.talon.engine.Sampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a model whose embedding of one token is not finite, sequences that meet the token are given up and no other one changes. */
class NotFiniteTest {
  private static final Path TINY = Path.of("src/test/resources/tiny/tiny-llama"); // its output has weights of its own
  private static final int HIDDEN = 32;
  private static final int SLOTS = 5; // so many that they are taken together

  @TempDir
  Path directory;

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void sequencesThatMeetItAreGivenUpAndTheOthersGoOn(boolean padded, boolean drafts) throws IOException {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int[] prompt = {5 + i, 9, 17 + i, 30, 9, 17 + i, 30};
      Sampling sampling = Sampling.GREEDY.withTemperature(i % 2).seeded(i);
      requests.add(new GenerationRequest("p-" + i, 0, 0, prompt, sampling, 20, null));
    }
    Outcomes whole = decode(TINY, padded, drafts, requests);
    int unlucky = whole.finished.get("p-4").tokens()[9];
    Path broken = AlteredModel.copy(
        TINY, directory.resolve("broken"), "model.embed_tokens.weight", unlucky * HIDDEN + 3, Float.NaN);
    Outcomes found = decode(broken, padded, drafts, requests);
    assertThat(found.rejected).containsKey("p-4");
    for (GenerationRequest request : requests) {
      Generation expected = whole.finished.get(request.promptId());
      if (meets(expected, unlucky)) {
        assertThat(found.rejected.get(request.promptId()).code()).isEqualTo(ErrorCode.NOT_FINITE);
      } else {
        assertThat(found.finished.get(request.promptId()).tokens())
            .as("tokens of %s, which never meets token %s", request.promptId(), unlucky)
            .isEqualTo(expected.tokens());
      }
    }
    assertThat(found.finished).as("Should leave some in peace").isNotEmpty();
  }

  /** Short prompts that are taken together read on behind their last row, where another prompt left its rows. */
  @Test
  void nobodySeesWhatAPromptThatWasGivenUpLeft() throws IOException {
    Path broken = AlteredModel.copy(TINY, directory.resolve("broken"), "model.embed_tokens.weight", 7 * HIDDEN + 3, Float.NaN);
    int[] given = new int[60];
    Arrays.fill(given, 50);
    given[30] = 7;
    List<Prompt> prompts = new ArrayList<>();
    for (int slot = 0; slot < 4; slot++) {
      prompts.add(new Prompt(slot, new int[] {8 + slot, 9, 17 + slot, 30}, Sampling.GREEDY, Drafting.OFF));
    }
    try (TorchEngine engine =
        EngineOpener.open(new EngineOptions(broken, null, ComputeType.FP32, "cpu", 1, SLOTS, 0, 8, 1, true, DraftWeights.FULL),
            false)) {
      engine.begin(List.of(new Prompt(0, given, Sampling.GREEDY, Drafting.OFF)));
      engine.advance(50);
      engine.release(0);
      Chosen found = engine.prefill(prompts);
      engine.forget();
      for (int i = 0; i < prompts.size(); i++) {
        Chosen alone = engine.prefill(4, prompts.get(i).tokens(), Sampling.GREEDY, Drafting.OFF);
        assertThat(found.margin(i)).as("margin of prompt %s", i).isEqualTo(alone.margin(0)).isFinite();
        assertThat(found.token(i)).as("token after prompt %s", i).isEqualTo(alone.token(0));
        engine.release(4);
      }
    }
  }

  /** Whether the token is read: in the prompt, or generated before the last one. */
  private static boolean meets(Generation generation, int token) {
    boolean met = false;
    for (int each : generation.request().prompt()) {
      met |= each == token;
    }
    for (int i = 0; i + 1 < generation.tokens().length; i++) {
      met |= generation.tokens()[i] == token;
    }
    return met;
  }

  private static Outcomes decode(Path target, boolean padded, boolean drafts, List<GenerationRequest> requests) {
    EngineOptions options = new EngineOptions(target, null, ComputeType.FP32, "cpu", 1, SLOTS, 0, 8, 1, true, DraftWeights.FULL);
    Outcomes requester = new Outcomes(requests);
    try (TorchEngine engine = EngineOpener.open(options, padded)) {
      TreePolicy policy = drafts ? new TalonPolicy(8, 3, 0.03) : new NoDraft();
      DecodeOptions decoding = new DecodeOptions(policy, Lookups.ngrams(1, 3), new Coupling.None(), new int[0]);
      new DecodeLoop(engine, decoding, System::nanoTime).run(requester);
    }
    return requester;
  }

  /** Keeps what is rejected as well. */
  private static final class Outcomes extends ListRequester {
    private final Map<String, TalonException> rejected = new HashMap<>();

    Outcomes(List<GenerationRequest> requests) {
      super(requests);
    }

    @Override
    public void rejected(GenerationRequest request, int generated, TalonException reason) {
      rejected.put(request.promptId(), reason);
    }
  }
}
