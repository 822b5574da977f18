package io.talon.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.draft.DraftRound;
import io.talon.draft.Drafter;
import io.talon.draft.policy.ChainPolicy;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.StaticTreePolicy;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.EngineSpec;
import io.talon.engine.HashEngine;
import io.talon.engine.Sampling;
import io.talon.stats.DecodeStats;
import io.talon.tree.DraftTree;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecodeLoopTest {
  private static final Coupling SHARED = new Coupling.Shared();

  static List<TreePolicy> policies() {
    return List.of(new NoDraft(), new ChainPolicy(4), new StaticTreePolicy(16, 4, 4), new TalonPolicy(24, 4, 0.03));
  }

  static HashEngine engine(int slots, int maxContext) {
    return new HashEngine(HashEngine.spec(48, 48, slots, maxContext), 21, 1);
  }

  static DecodeOptions options(TreePolicy policy, int... endTokens) {
    return new DecodeOptions(policy, SHARED, endTokens);
  }

  @ParameterizedTest
  @MethodSource("policies")
  void aSequenceWithoutFiniteValuesIsGivenUpAndTheOthersGoOn(TreePolicy policy) {
    GenerationRequest[] requests = IntStream.range(1, 7)
        .mapToObj(i -> new GenerationRequest("p-" + i, 0, 0, new int[] {i, 2, 3}, Sampling.GREEDY, 12, null))
        .toArray(GenerationRequest[]::new);
    Requests whole = run(engine(3, 100), options(policy), requests);
    Requests rest = run(broken(9), options(policy), requests);
    assertThat(rest.rejected).containsOnlyKeys("p-2");
    assertThat(rest.rejected.get("p-2").code()).isEqualTo(ErrorCode.NOT_FINITE);
    assertThat(rest.rejected.get("p-2")).hasMessageContaining("after 3 tokens of the prompt and 6 generated tokens");
    assertThat(rest.finished).containsOnlyKeys("p-1", "p-3", "p-4", "p-5", "p-6");
    rest.finished.forEach(
        (id, generation) -> assertThat(generation.tokens()).as(id).isEqualTo(whole.finished.get(id).tokens()));
    Requests atOnce = run(broken(3), options(policy), requests);
    assertThat(atOnce.rejected.get("p-2")).hasMessageContaining("and 0 generated tokens");
  }

  /** An engine whose logits for the prompt that begins with 2 stop being finite from a position on. */
  private static HashEngine broken(int position) {
    HashEngine engine = engine(3, 100);
    engine.faults().breakFrom(2, position);
    return engine;
  }

  static Requests run(HashEngine engine, DecodeOptions options, GenerationRequest... requests) {
    Requests requester = new Requests(List.of(requests));
    new DecodeLoop(engine, options, () -> 0).run(requester);
    assertThat(engine.liveSlots()).as("Should release every slot").isZero();
    return requester;
  }

  @Test
  void badPromptsAreRejectedAndTheOthersGoOn() {
    GenerationRequest good = Requests.request(2, 0, 0, 1, 8);
    Requests requester =
        run(
            engine(2, 10),
            options(new TalonPolicy(16, 4, 0.03)),
            withPrompt("empty"),
            good,
            withPrompt("long", new int[10]),
            withPrompt("negative", 1, -4),
            withPrompt("large", 1, 2, 48),
            withPrompt("longest", new int[9]));
    assertThat(requester.finished).containsOnlyKeys("2", "longest");
    assertThat(requester.finished.get("longest").tokens()).hasSize(1);
    assertThat(requester.finished.get("longest").finishReason()).isEqualTo(FinishReason.CONTEXT);
    assertThat(requester.rejected.get("empty")).hasMessage("a prompt must have at least one token");
    assertThat(requester.rejected.get("empty").code()).isEqualTo(ErrorCode.BAD_PROMPT);
    assertThat(requester.rejected.get("long"))
        .hasMessage("a prompt must leave room for a new token in the context of 10: 10 tokens");
    assertThat(requester.rejected.get("long").code()).isEqualTo(ErrorCode.PROMPT_TOO_LONG);
    assertThat(requester.rejected.get("negative")).hasMessage("token ids must be in [0, 48): -4 at index 1 of the prompt");
    assertThat(requester.rejected.get("large")).hasMessage("token ids must be in [0, 48): 48 at index 2 of the prompt");
    assertThat(requester.rejected.get("large").code()).isEqualTo(ErrorCode.BAD_PROMPT);
    assertThatThrownBy(() -> Requests.request(1, 0, 0, 1, 0)).hasMessage("max_new_tokens must be 1 or more: 0");
  }

  private static GenerationRequest withPrompt(String id, int... prompt) {
    return new GenerationRequest(id, 0, 0, prompt, Sampling.GREEDY, 4, null);
  }

  @Test
  void slotsAreRefilledAtOnce() {
    List<Integer> liveWhenAsked = new ArrayList<>();
    List<GenerationRequest> requests =
        IntStream.range(0, 6).mapToObj(id -> Requests.request(id, 1, 0, 1, id == 0 ? 40 : 5)).toList();
    Requests requester =
        new Requests(requests) {
          @Override
          public GenerationRequest next(int liveSlots) {
            if (!waiting.isEmpty()) {
              liveWhenAsked.add(liveSlots);
            }
            return super.next(liveSlots);
          }
        };
    HashEngine engine = engine(2, 100);
    new DecodeLoop(engine, options(new NoDraft()), () -> 0).run(requester);
    assertThat(requester.finished.keySet()).as("Should let short ones pass a long one").containsExactly("1", "2", "3", "4", "5",
        "0");
    assertThat(liveWhenAsked).as("Should ask whenever a slot is free").containsExactly(0, 1, 1, 1, 1, 1);
    assertThat(engine.targetForwards()).as("Should run as many rounds as the longest needs").isEqualTo(39);
  }

  @Test
  void aFinishedGenerationMayOfferAFollowUp() {
    Requests requester =
        new Requests(List.of(Requests.request(0, 0, 0, 1, 3))) {
          @Override
          public void finished(Generation generation) {
            super.finished(generation);
            int id = finished.size();
            if (id < 4) {
              waiting.add(Requests.request(id, 0, 0, 1, id));
            }
          }
        };
    new DecodeLoop(engine(2, 50), options(new ChainPolicy(2)), () -> 0).run(requester);
    assertThat(requester.finished).containsOnlyKeys("0", "1", "2", "3");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void aFailingEngineLeavesNoSlotTaken(int rounds) {
    HashEngine engine = engine(3, 100);
    engine.faults().failAfter(rounds);
    DecodeLoop loop = new DecodeLoop(engine, options(new TalonPolicy(16, 4, 0.03)), () -> 0);
    Requests requester = new Requests(IntStream.range(0, 5).mapToObj(id -> Requests.request(id, 1, 0, 1, 50)).toList());
    assertThatThrownBy(() -> loop.run(requester)).isInstanceOf(IllegalStateException.class).hasMessage("the device is gone");
    assertThat(engine.liveSlots()).as("Should release every slot").isZero();
    engine.faults().failAfter(Integer.MAX_VALUE);
    Requests again = new Requests(List.of(Requests.request(7, 1, 0, 1, 9)));
    loop.run(again);
    assertThat(again.finished).as("Should be usable again").containsOnlyKeys("7");
  }

  @Test
  void aFailingSourceLeavesNoSlotTaken() {
    HashEngine engine = engine(3, 100);
    Requests requester =
        new Requests(IntStream.range(0, 5).mapToObj(id -> Requests.request(id, 1, 0, 1, 5 * id + 1)).toList()) {
          @Override
          public void finished(Generation generation) {
            throw new IllegalArgumentException("the disk is full");
          }
        };
    assertThatThrownBy(() -> new DecodeLoop(engine, options(new NoDraft()), () -> 0).run(requester))
        .hasMessage("the disk is full");
    assertThat(engine.liveSlots()).isZero();
  }

  @Test
  void timesAddUp() {
    AtomicLong clock = new AtomicLong();
    HashEngine engine = engine(1, 100);
    Requests requester = new Requests(List.of(Requests.request(3, 1, 0, 1, 30)));
    new DecodeLoop(engine, options(new ChainPolicy(3)), clock::incrementAndGet).run(requester); // every reading is one tick
    DecodeStats stats = requester.finished.get("3").stats();
    assertThat(stats.prefillNanos()).isEqualTo(1);
    assertThat(stats.draftNanos()).as("Should time every draft forward").isEqualTo(stats.draftForwards());
    assertThat(stats.verifyNanos()).as("Should time every target forward").isEqualTo(stats.rounds());
    int commits = stats.rounds() - 1; // none in the last round
    int calls = stats.draftForwards() + stats.rounds() + commits;
    assertThat(stats.decodeNanos()).as("Should span a round from its start to its end").isEqualTo(2L * calls + stats.rounds());
    assertThat(stats.hostNanos()).as("Should be what is left").isEqualTo(stats.decodeNanos() - calls);
  }

  @Test
  void aDraftForwardCountsForTheSequencesThatTookPart() {
    HashEngine engine = engine(2, 100);
    Requests requester =
        run(engine, options(new ChainPolicy(9)), Requests.request(0, 0, 0, 1, 4), Requests.request(1, 0, 0, 1, 30));
    int together = requester.finished.values().stream().mapToInt(g -> g.stats().draftForwards()).sum();
    int longest = requester.finished.get("1").stats().draftForwards();
    assertThat(requester.finished.get("0").stats().draftForwards()).as("Should draft two tokens of three in its first round")
        .isBetween(2, 3);
    assertThat(engine.draftForwards()).as("Should share forwards").isEqualTo(longest).isLessThan(together);
  }

  @Test
  void roundsAreRecordedForWhomTheyAreWanted() {
    GenerationRequest unwanted = Requests.request(0, 0, 0, 1, 9);
    GenerationRequest wanted = Requests.request(1, 0, 0, 1, 9).recorded();
    Requests requester = run(engine(2, 100), options(new ChainPolicy(3)), unwanted, wanted);
    assertThat(requester.finished.get("0").rounds()).isEmpty();
    assertThat(requester.finished.get("1").rounds()).hasSize(requester.finished.get("1").stats().rounds());
    assertThat(requester.finished.get("1").rounds().get(0).liveSlots()).isEqualTo(2);
    assertThat(requester.finished.get("1").rounds().get(0).widths()).containsExactly(1, 1, 1);
  }

  /** Proposes what followed the last occurrence of the newest token: no forwards, no head. */
  private static final class LookupDrafter implements Drafter {
    @Override
    public void draft(DraftRound round) {
      for (int i = 0; i < round.size(); i++) {
        int[] history = round.history(i);
        int length = round.length(i);
        DraftTree tree = round.tree(i);
        tree.reset(round.root(i));
        int match = length - 2;
        while (match >= 0 && history[match] != round.root(i)) {
          match--;
        }
        int node = 0;
        for (int j = match + 1; match >= 0 && j < length && tree.size() <= Math.min(3, round.depthLimit(i)); j++) {
          node = tree.add(node, history[j], 0f, 0);
        }
      }
    }
  }

  @Test
  void anotherDrafterWritesTheSameText() {
    for (int id = 0; id < 8; id++) {
      GenerationRequest request = Requests.request(id, 1, 4, 1, 60);
      HashEngine engine = new HashEngine(HashEngine.spec(8 + 40, 0, 2, 100), 21, 1);
      Requests requester = new Requests(List.of(request));
      Drafter.Factory lookups = (loopEngine, policy, endTokens) -> new LookupDrafter();
      DecodeOptions options =
          new DecodeOptions(new ChainPolicy(3), lookups, SHARED, new int[] {3, 17});
      new DecodeLoop(engine, options, () -> 0).run(requester);
      assertThat(requester.finished.get(request.promptId()).tokens()).isEqualTo(LosslessnessTest.plain(engine, request));
      assertThat(requester.finished.get(request.promptId()).stats().draftForwards()).isZero();
    }
  }

  @Test
  void anEngineOpenedForLessIsRefused() {
    EngineSpec small = new EngineSpec(48, 48, 1, 100, 32, 16, "cpu", "fp32", 1, 0, 0, true, "");
    assertThatThrownBy(() -> new DecodeLoop(new HashEngine(small, 1, 1), options(new TalonPolicy(60, 10, 0.03)), () -> 0))
        .hasMessage("policy talon grows trees of 60 rows, and the engine was opened for 32");
    assertThatThrownBy(() -> new DecodeLoop(new HashEngine(small, 1, 1), options(new StaticTreePolicy(32, 10, 9)), () -> 0))
        .hasMessage("policy eagle3 drafts 81 rows per tree, and the engine was opened for 16");
    HashEngine headless = new HashEngine(HashEngine.spec(48, 0, 1, 100), 1, 1);
    assertThatThrownBy(() -> new DecodeLoop(headless, options(new ChainPolicy(2)), () -> 0))
        .hasMessage("policy chain needs a draft model, and the engine was opened without one");
    assertThat(run(headless, options(new NoDraft()), Requests.request(1, 0, 0, 1, 5)).finished).as("Should decode plainly")
        .hasSize(1);
  }
}
