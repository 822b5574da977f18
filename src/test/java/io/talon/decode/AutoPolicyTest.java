package io.talon.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.cost.CostGrid;
import io.talon.cost.CostTable;
import io.talon.cost.UnevenTrees;
import io.talon.draft.DraftRound;
import io.talon.draft.Drafter;
import io.talon.draft.auto.Drafters;
import io.talon.draft.policy.AutoPolicy;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.Engine;
import io.talon.engine.HashEngine;
import io.talon.stats.DecodeStats;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the policy auto drafts, by what drafts are worth and what they cost. */
class AutoPolicyTest {
  private static final int TOKENS = 500;

  /** Costs by sequences and rows that are the same for all sizes of a kind, but for verifying. */
  private static CostTable costs(double verifyOne, double verifySixteen, double draft) {
    CostGrid verify = new CostGrid(
        new int[] {1, 4}, new int[][] {{1, 16}, {1, 16}},
        new double[][] {{verifyOne, verifySixteen}, {verifyOne, 4 * verifySixteen}});
    CostGrid flat =
        new CostGrid(new int[] {1, 4}, new int[][] {{1, 16}, {1, 16}}, new double[][] {{draft, draft}, {draft, draft}});
    CostGrid free = new CostGrid(new int[] {1, 4}, new int[][] {{1, 16}, {1, 16}}, new double[][] {{0, 0}, {0, 0}});
    return new CostTable(verify, flat, flat, free, 0, 0, 0, UnevenTrees.FREE, 0);
  }

  private record Figures(double tau, double delta, double rows) {}

  private static Figures decode(int slots, double draftNoise, CostTable costs) {
    List<GenerationRequest> requests =
        IntStream.range(0, 2 * slots).mapToObj(id -> Requests.request(id, 0, 0, 1, TOKENS)).toList();
    HashEngine engine = new HashEngine(HashEngine.spec(48, 48, slots, 1100), 9, draftNoise);
    Requests requester = new Requests(requests);
    DecodeOptions options =
        new DecodeOptions(new AutoPolicy(16, 8), Drafters.ENGINE, new Coupling.None(), new int[0], any -> costs);
    new DecodeLoop(engine, options, () -> 0).run(requester);
    double rounds = 0;
    double tokens = 0;
    double rows = 0;
    for (Generation generation : requester.finished.values()) {
      DecodeStats stats = generation.stats();
      rounds += stats.rounds();
      tokens += stats.roundTokens();
      rows += stats.rounds() + stats.draftTokens();
    }
    return new Figures(tokens / rounds, engine.draftForwards() / (double) engine.targetForwards(), rows / rounds);
  }

  @Test
  void aGoodDraftIsUsedWhereItIsCheap() {
    Figures figures = decode(1, 0, costs(100, 110, 5));
    assertThat(figures.tau).isGreaterThan(3);
    assertThat(figures.rows).isGreaterThan(5);
  }

  @Test
  void aDraftThatIsNeverRightIsTriedNowAndThen() {
    Figures figures = decode(1, 400, costs(100, 110, 20));
    assertThat(figures.delta).as("forwards of the draft a round").isBetween(0.005, 0.15);
    assertThat(figures.rows).isLessThan(1.5);
  }

  @Test
  void aDraftAsDearAsItsTargetIsNotUsed() {
    Figures figures = decode(1, 0.5, costs(100, 200, 150));
    assertThat(figures.delta).isLessThan(0.1);
  }

  @Test
  void whereRowsAreDearNoneIsVerified() {
    Figures figures = decode(4, 0.5, costs(100, 4000, 5));
    assertThat(figures.rows).isLessThan(1.1);
    assertThat(figures.delta).isLessThan(0.3);
  }

  @Test
  void aRoundOfPlainDecodingSaysNothingOfTreesThatAreDrafted() {
    List<Watched> made = new ArrayList<>();
    Drafter.Factory factory = new Drafter.Factory() {
      @Override
      public Drafter create(Engine engine, TreePolicy policy, int[] endTokens) {
        return create(engine, policy, endTokens, CostTable.ASSUMED);
      }

      @Override
      public Drafter create(Engine engine, TreePolicy policy, int[] endTokens, CostTable table) {
        made.add(new Watched(Drafters.ENGINE.create(engine, policy, endTokens, table)));
        return made.get(0);
      }
    };
    CostTable costs = costs(100, 110, 5);
    DecodeOptions options = new DecodeOptions(new AutoPolicy(16, 8), factory, new Coupling.None(), new int[0], any -> costs);
    HashEngine engine = new HashEngine(HashEngine.spec(48, 48, 1, 1100), 9, 0);
    new DecodeLoop(engine, options, () -> 0).run(
        new Requests(IntStream.range(0, 3).mapToObj(id -> Requests.request(id, 0, 0, 1, TOKENS)).toList()));
    assertThat(made.get(0).plainRounds).as("of plain decoding, the first two and later ones").isGreaterThan(2);
    assertThat(made.get(0).changed).as("of these, how many changed what is known of drafted trees").isZero();
  }

  /** Looks at what a drafter knows of the rows of its trees before and after rounds in which it did not draft. */
  private static final class Watched implements Drafter {
    private final Drafter drafter;
    private int plainRounds;
    private int changed;

    Watched(Drafter drafter) {
      this.drafter = drafter;
    }

    @Override
    public void draft(DraftRound round) {
      drafter.draft(round);
    }

    @Override
    public boolean usesEngine() {
      return drafter.usesEngine();
    }

    @Override
    public boolean begin(int slot, boolean sampled) {
      return drafter.begin(slot, sampled);
    }

    @Override
    public void learn(DraftRound round, long draftNanos, long verifyNanos, long hostNanos) {
      JsonNode before = rows();
      drafter.learn(round, draftNanos, verifyNanos, hostNanos);
      if (round.forwards(0) == 0) {
        plainRounds++;
        changed += rows().equals(before) ? 0 : 1;
      }
    }

    private JsonNode rows() {
      try {
        return new ObjectMapper().readTree(drafter.report()).at("/prospects/rows");
      } catch (JsonProcessingException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void release(int slot) {
      drafter.release(slot);
    }
  }

  @Test
  void aBatchSpendsFewerRowsOnEachThanOneSequenceDoes() {
    assertThat(decode(4, 1, costs(100, 130, 5)).rows).isLessThan(decode(1, 1, costs(100, 130, 5)).rows);
  }
}
