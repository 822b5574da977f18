package io.talon.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.job.insight.RecordedRun;
import io.talon.tune.Tuner.Advice;
import io.talon.tune.Tuner.Estimate;
import java.io.PrintStream;
import java.util.List;

/** How the advice on settings looks. */
final class AdviceTable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AdviceTable() {}

  /**
   * Prints advice.
   *
   * @param answers to settings that were asked for, may be empty
   */
  static void print(RecordedRun run, List<Advice> advice, List<Estimate> answers, PrintStream out) {
    out.printf("run %s: %s --batch %d; %d of %d rounds replayed%n",
        run.runId(), run.setting().options(), run.batch(), run.replayed(), run.allRounds());
    out.println(new TextTable<Advice>()
        .text("category", each -> each.best().category())
        .count("batch", each -> each.best().batch())
        .text("recommended", each -> each.best().outcome().setting().options())
        .decimal("tau", 2, each -> each.best().outcome().tau())
        .decimal("delta", 2, each -> each.best().outcome().delta())
        .decimal("tokens/s", 0, each -> each.best().tokensPerSecond())
        .decimal("as it ran", 0, each -> each.now().tokensPerSecond())
        .decimal("plain", 0, each -> each.plain().tokensPerSecond())
        .decimal("to plain", 2, each -> each.best().tokensPerSecond() / each.plain().tokensPerSecond())
        .decimal("seen", 2, each -> each.best().outcome().seen())
        .print(advice));
    if (!answers.isEmpty()) {
      out.println(new TextTable<Estimate>()
          .text("asked for", each -> each.outcome().setting().options())
          .count("batch", Estimate::batch)
          .decimal("tau", 2, each -> each.outcome().tau())
          .decimal("delta", 2, each -> each.outcome().delta())
          .decimal("tokens/s", 0, Estimate::tokensPerSecond)
          .decimal("seen", 2, each -> each.outcome().seen())
          .print(answers));
    }
    out.println(
        "tokens/s: all sequences of a batch together while they decode, prefill left out, which jobs/bench.sh measures as \"decoding\"");
    out.println(run.tuner().about());
    if (advice.stream().anyMatch(each -> each.best().batch() != run.batch())) {
      out.printf("other batch sizes than the run's %d are priced by the rows of all sequences; a run at that size says more%n",
          run.batch());
    }
    out.println("seen: the share of rounds that lie within the recorded trees");
    out.println("--policy auto is not replayed: it spends its rows by what they cost while it runs; try it on the same prompts.");
    if (advice.stream().anyMatch(each -> each.best().outcome().setting().budget() == run.setting().budget())) {
      out.println("a recommendation has the run's own budget: a run with a larger --budget would show whether more is better");
    }
  }

  static String json(Advice advice) {
    ObjectNode node = JSON.createObjectNode();
    node.put("category", advice.best().category());
    node.put("batch", advice.best().batch());
    put(node.putObject("recommended"), advice.best());
    put(node.putObject("as_it_ran"), advice.now());
    put(node.putObject("plain"), advice.plain());
    return node.toString();
  }

  /** A setting that was asked for. */
  static String json(Estimate answer) {
    ObjectNode node = JSON.createObjectNode();
    node.put("category", answer.category());
    node.put("batch", answer.batch());
    put(node.putObject("asked"), answer);
    return node.toString();
  }

  private static void put(ObjectNode node, Estimate estimate) {
    node.put("options", estimate.outcome().setting().options());
    node.put("name", estimate.outcome().setting().name());
    node.put("tau", estimate.outcome().tau());
    node.put("delta", estimate.outcome().delta());
    node.put("tokens_per_s", estimate.tokensPerSecond());
    node.put("seen", estimate.outcome().seen());
  }
}
