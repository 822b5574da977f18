package io.talon.cli;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.BenchOptions;
import io.talon.conf.DraftOptions;
import io.talon.conf.ModelOptions;
import io.talon.conf.TextOptions;
import io.talon.cost.CostTable;
import io.talon.decode.GenerationRequest;
import io.talon.decode.TokenAgreement;
import io.talon.draft.Drafter;
import io.talon.draft.EngineDrafter;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.ComputeType;
import io.talon.engine.Engine;
import io.talon.job.PromptList;
import io.talon.request.InputRow;
import io.talon.request.RowReader;
import io.talon.request.RowRequest;
import io.talon.serve.EngineCosts;
import io.talon.serve.ModelCheck;
import io.talon.serve.RunType;
import io.talon.torch.TorchEngines;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code talon bench}: every policy with every budget and batch size, and plain decoding beside them, in one JVM.
 *
 * <p>Repeats go round-robin over all combinations, so that a machine that slows down slows down all of them. Of a
 * conversation with several turns the first is decoded.
 */
final class BenchJob {
  private static final int WARM_UP_PROMPTS = 2;

  private final BenchOptions options;
  private final ModelCheck models;
  private final PrintStream out;
  private final PrintStream progressOut;

  BenchJob(BenchOptions options, ModelCheck models, PrintStream out, PrintStream progressOut) {
    this.options = options;
    this.models = models;
    this.out = out;
    this.progressOut = progressOut;
  }

  /** Runs the measurements; Spark reads the prompts and is gone before they begin. */
  int run(String master) {
    PromptList prompts = PromptList.read(master, options.input(), options.models(), models, out::println);
    RowReader reader = new RowReader(prompts.columns(), options.input().prompts(), options.text());
    List<GenerationRequest> requests = prompts.rows().stream().map(row -> request(row, reader)).toList();
    double bytesPerSecond = MemoryBandwidth.bytesPerSecond();
    out.printf(
        Locale.ROOT,
        "%d prompts, %d repeats; memory reads at %.1f GB/s (all cores summing arrays)%n",
        requests.size(),
        options.repeats(),
        bytesPerSecond / 1e9);
    models.notes().forEach(out::println);
    List<BenchResult> results = measure(requests, prompts.corpora(), bytesPerSecond);
    out.println(BenchResult.table(results));
    if (options.json() != null) {
      write(results, Path.of(options.json()));
    }
    return ExitCode.DONE;
  }

  private List<BenchResult> measure(
      List<GenerationRequest> requests, List<SuffixIndex> corpora, double bytesPerSecond) {
    Drafter.Factory drafters = models.models().drafts().drafters(corpora);
    List<TreePolicy> policies = options.drafts().stream().map(DraftOptions::policy).toList();
    List<Engine> engines = new ArrayList<>();
    String device = models.models().firstDevice();
    ModelOptions decided = models.models().withDtype(RunType.here(models.models(), device, "this machine").dtype());
    try {
      List<List<BenchCase>> byBatch = new ArrayList<>(); // plain decoding first
      for (int batch : options.batches()) {
        Engine engine = TorchEngines.open(decided.engine(policies, device, batch));
        engines.add(engine);
        byBatch.add(cases(engine, drafters, batch, EngineCosts.of(decided)));
      }
      for (List<BenchCase> cases : byBatch) {
        cases.forEach(each -> each.warmUp(requests.subList(0, Math.min(WARM_UP_PROMPTS, requests.size()))));
      }
      for (int repeat = 0; repeat < options.repeats(); repeat++) {
        progressOut.printf("repeat %d of %d%n", repeat + 1, options.repeats());
        for (List<BenchCase> cases : byBatch) {
          cases.forEach(each -> each.measure(requests));
        }
      }
      agreement(decided, engines.get(0), requests);
      return byBatch.stream()
          .flatMap(cases -> cases.stream().map(each -> each.result(cases.get(0), bytesPerSecond)))
          .toList();
    } finally {
      engines.forEach(Engine::close);
    }
  }

  /** Says how often integers choose as fp32 does. */
  private void agreement(ModelOptions decided, Engine engine, List<GenerationRequest> requests) {
    if (!decided.dtype().equals(ComputeType.INT8.label())) {
      return;
    }
    ModelOptions full = decided.withDtype(ComputeType.FP32.label());
    try (Engine other = TorchEngines.open(full.engine(List.of(options.plain().policy()), models.models().firstDevice(), 1))) {
      out.println(TokenAgreement.measure(other, engine, requests, models.target().endTokens()));
    }
  }

  private List<BenchCase> cases(Engine engine, Drafter.Factory drafters, int batch, Function<Engine, CostTable> costs) {
    int[] endTokens = models.target().endTokens();
    List<BenchCase> cases = new ArrayList<>();
    cases.add(new BenchCase(options.plain(), EngineDrafter::new, batch, engine, endTokens, costs));
    for (DraftOptions draft : options.drafts()) {
      cases.add(new BenchCase(draft, drafters, batch, engine, endTokens, costs));
    }
    return cases;
  }

  private GenerationRequest request(InputRow row, RowReader reader) {
    String promptId = String.valueOf(row.promptId());
    try {
      RowRequest request = reader.read(row.json());
      TextOptions text = request.text();
      return new GenerationRequest(
          promptId,
          0,
          0,
          models.text().encode(models.text().prompt(request.conversation().opening(), request.conversation().variables())),
          text.sampling(promptId, 0),
          text.maxNewTokens(),
          models.text().stop(text.stop()));
    } catch (TalonException e) {
      throw new TalonException(ErrorCode.BAD_INPUT, "prompt " + promptId + ": " + e.getMessage(), e);
    }
  }

  private static void write(List<BenchResult> results, Path file) {
    try {
      if (file.toAbsolutePath().getParent() != null) {
        Files.createDirectories(file.toAbsolutePath().getParent());
      }
      Files.writeString(file, results.stream().map(BenchResult::toJson).collect(Collectors.joining("\n", "", "\n")));
    } catch (IOException e) {
      throw new TalonException(ErrorCode.BAD_OUTPUT, "cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
