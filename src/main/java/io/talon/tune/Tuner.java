package io.talon.tune;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Tries settings on the rounds of a run and says which would decode fastest. */
public final class Tuner {
  /** Names all categories together. */
  public static final String ALL = "all";

  private static final int[] BUDGETS = {2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 60, 64, 96, 128};
  private static final int[] WIDTHS = {1, 2, 3, 4, 6, 8, 10};
  private static final double[] GATES = {0.01, 0.03, 0.1, 0.3, 1};
  private static final double MOSTLY_SEEN = 0.8; // share of rounds below which an outcome is a guess, too good by up to a fifth

  private final TreeSetting recorded;
  private final RunCosts costs;
  private final SortedMap<String, List<RecordedRound>> rounds;

  /**
   * @param recorded how the run grew its trees
   * @param rounds of the run by category
   * @param stretches of its later half
   * @param batch sequences that it decoded together
   */
  public Tuner(
      TreeSetting recorded, Map<String, List<RecordedRound>> rounds, List<RunCosts.Stretch> stretches, int batch) {
    check(
        rounds.values().stream().anyMatch(list -> !list.isEmpty()), ErrorCode.BAD_INPUT,
        "a run must have rounds to be replayed: %s", 0);
    this.recorded = recorded;
    this.rounds = new TreeMap<>(rounds);
    if (rounds.size() != 1) {
      this.rounds.put(ALL, rounds.values().stream().flatMap(List::stream).toList());
    }
    List<RecordedRound> timed =
        rounds.values().stream().flatMap(List::stream).filter(round -> round.times() != null).toList();
    Replay.Outcome now = Replay.of(timed, recorded.budget(), recorded);
    costs = new RunCosts(now, timed, stretches, batch);
  }

  /**
   * What a setting comes to for a category at a batch size.
   *
   * @param tokensPerSecond of all sequences of a batch together, prefill left out
   */
  public record Estimate(String category, int batch, Replay.Outcome outcome, double tokensPerSecond) {
    /** Tokens per second of one sequence. */
    public double perSequence() {
      return tokensPerSecond / batch;
    }
  }

  /**
   * For a category at a batch size.
   *
   * @param now the run's own setting
   * @param best the fastest, which may be plain decoding
   */
  public record Advice(Estimate plain, Estimate now, Estimate best) {}

  /** What the prices were taken from and how far they may be trusted, a sentence a line. */
  public String about() {
    return costs.about();
  }

  /** The category that has all rounds. */
  public String all() {
    return rounds.size() == 1 ? rounds.firstKey() : ALL;
  }

  /** Categories, the one for all included. */
  public List<String> categories() {
    return List.copyOf(rounds.keySet());
  }

  /** The settings that lie within what was recorded, so that they can be replayed. */
  public List<TreeSetting> settings() {
    List<TreeSetting> settings = new ArrayList<>();
    int[] budgets = IntStream.concat(IntStream.of(BUDGETS), IntStream.of(recorded.budget()))
        .filter(budget -> budget <= recorded.budget()).distinct().sorted().toArray();
    int[] widths = IntStream.concat(IntStream.of(WIDTHS), IntStream.of(recorded.width()))
        .filter(width -> width <= recorded.width()).distinct().sorted().toArray();
    double[] gates = DoubleStream.concat(DoubleStream.of(GATES), DoubleStream.of(recorded.mu()))
        .filter(mu -> mu >= recorded.mu()).distinct().sorted().toArray();
    for (int budget : budgets) {
      for (int width : widths) {
        for (double mu : gates) {
          if (width < budget) {
            settings.add(new TreeSetting(budget, width, mu, Math.min(budget, recorded.maxDepth())));
          }
        }
      }
    }
    return settings;
  }

  /** What a setting comes to; BAD_OPTION for one that goes beyond what was recorded. */
  public Estimate estimate(String category, int batch, TreeSetting setting) {
    check(
        setting.budget() <= recorded.budget() && setting.width() <= recorded.width() && setting.mu() >= recorded.mu(),
        ErrorCode.BAD_OPTION,
        "settings must lie within that of the run, whose budget and width are at most and whose mu is at least %s: %s",
        recorded.name(),
        setting.name());
    TreeSetting asDeep = new TreeSetting(
        setting.budget(), setting.width(), setting.mu(), Math.min(setting.maxDepth(), recorded.maxDepth()));
    return price(category, batch, replay(category, asDeep));
  }

  /** The fastest setting for every category and batch size, of those that hardly leave what was recorded. */
  public List<Advice> advise(List<Integer> batches) {
    List<Advice> advices = new ArrayList<>();
    for (String category : rounds.keySet()) {
      List<Replay.Outcome> outcomes = settings().parallelStream().map(setting -> replay(category, setting)).toList();
      Replay.Outcome plain = replay(category, TreeSetting.PLAIN);
      Replay.Outcome now = replay(category, recorded);
      for (int batch : batches) {
        Estimate best = outcomes.stream()
            .filter(outcome -> outcome.seen() >= MOSTLY_SEEN)
            .map(outcome -> price(category, batch, outcome))
            .max(Comparator.comparingDouble(Estimate::tokensPerSecond))
            .orElseThrow();
        Estimate without = price(category, batch, plain);
        Estimate faster = without.tokensPerSecond() > best.tokensPerSecond() ? without : best;
        advices.add(new Advice(without, price(category, batch, now), faster));
      }
    }
    return advices;
  }

  private Replay.Outcome replay(String category, TreeSetting setting) {
    return Replay.of(rounds.get(category), recorded.budget(), setting);
  }

  private Estimate price(String category, int batch, Replay.Outcome outcome) {
    return new Estimate(category, batch, outcome, batch * outcome.tau() * 1e3 / costs.roundMs(outcome, batch));
  }
}
