package io.talon.cli;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.BenchOptions;
import io.talon.conf.GenerateOptions;
import io.talon.conf.Key;
import io.talon.conf.ModelSourceOptions;
import io.talon.conf.Settings;
import io.talon.job.AuditJob;
import io.talon.job.DryRun;
import io.talon.job.GenerateJob;
import io.talon.job.Session;
import io.talon.job.models.ModelSources;
import io.talon.serve.EnginePool;
import io.talon.serve.ModelCheck;
import io.talon.serve.ModelText;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line: {@code talon generate}, {@code talon bench}, {@code talon inspect}, and so on, see {@link CommandLines}. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the JVM with its exit code, unless that is 0. */
  public static void main(String[] args) {
    int exitCode = run(System.out, System.err, args);
    if (exitCode != ExitCode.DONE) {
      System.exit(exitCode);
    }
  }

  /** Runs a command; 0 done, 1 failed, 2 bad usage or input, 3 finished with rows in quarantine. */
  static int run(PrintStream out, PrintStream err, String... args) {
    boolean verbose = List.of(args).contains(CommandLines.VERBOSE);
    try {
      CommandLine commandLine = new CommandLine(CommandLines.root()).setOut(new PrintWriter(out, true));
      return run(commandLine.parseArgs(args), out, err);
    } catch (ParameterException e) {
      return report(new TalonException(ErrorCode.BAD_OPTION, e.getMessage(), e), e, verbose, err);
    } catch (Exception e) { // Scala code throws checked exceptions that it does not declare
      return report(ExitCode.cause(e), e, verbose, err);
    }
  }

  private static int run(ParseResult root, PrintStream out, PrintStream err) {
    if (CommandLine.printHelpIfRequested(root)) {
      return ExitCode.DONE;
    }
    if (!root.hasSubcommand()) {
      throw new TalonException(
          ErrorCode.BAD_OPTION,
          "a command is missing: generate, bench, inspect, audit, sql, compare, tune or report; --help shows their options");
    }
    ParseResult command = root.subcommand();
    Settings settings = CommandLines.settings(command);
    if (command.hasMatchedOption("--" + Key.HF_TOKEN.label())) {
      err.println(
          "note: everybody on this machine can read --hf-token in the list of processes; rather set the variable HF_TOKEN");
    }
    return switch (CommandLines.command(command)) {
      case GENERATE -> generate(settings, out, err);
      case BENCH -> bench(settings, out, err);
      case INSPECT -> inspect(settings, command, out, err);
      case AUDIT -> audit(settings, command, out, err);
      case SQL, COMPARE, TUNE, REPORT -> Insights.run(settings, command, out);
    };
  }

  private static int generate(Settings settings, PrintStream out, PrintStream err) {
    ModelSources sources = new ModelSources(GenerateOptions.of(settings).models().sources(), err::println);
    GenerateOptions options = GenerateOptions.of(sources.pinned(settings)); // every other option was good before a model came
    ModelCheck models = ModelCheck.of(sources.onThisNode(options.models()), List.of(options.draft()), Instant.now());
    try (Session session = Session.open(master(settings))) {
      if (options.run().dryRun()) {
        new DryRun(session, options, models, out).run();
        return ExitCode.DONE;
      }
      GenerateJob job = new GenerateJob(session, options, models, out, err);
      GenerateJob.Result result = job.run();
      job.export();
      Summary.print(out, options, result);
      return result.finishedBefore() || result.total().quarantined() == 0 ? ExitCode.DONE : options.run().quarantineExit();
    } finally {
      EnginePool.closeAll();
      ModelText.closeAll();
    }
  }

  private static int bench(Settings settings, PrintStream out, PrintStream err) {
    ModelSources sources = new ModelSources(BenchOptions.of(settings).models().sources(), err::println);
    BenchOptions options = BenchOptions.of(sources.pinned(settings));
    ModelCheck models = ModelCheck.of(sources.onThisNode(options.models()), options.drafts(), Instant.now());
    try {
      return new BenchJob(options, models, out, err).run(master(settings));
    } finally {
      ModelText.closeAll();
    }
  }

  private static int inspect(Settings settings, ParseResult command, PrintStream out, PrintStream err) {
    ModelSources sources = new ModelSources(ModelSourceOptions.of(settings, System.getenv()), err::println);
    List<String> references = CommandLines.places(command);
    Inspection inspection =
        new Inspection(references.stream().map(place -> ModelFacts.read(place, sources.directory(place))).toList());
    if (command.hasMatchedOption(CommandLines.JSON)) {
      inspection.printJson(out);
    } else {
      inspection.print(out);
    }
    inspection.checkFits();
    return ExitCode.DONE;
  }

  private static int audit(Settings settings, ParseResult command, PrintStream out, PrintStream err) {
    AuditJob job = new AuditJob(CommandLines.places(command).get(0), settings, out, err);
    try (Session session = Session.open(master(settings))) {
      return job.run(session) ? ExitCode.DONE : ExitCode.FAILED;
    } finally {
      ModelText.closeAll();
    }
  }

  static String master(Settings settings) {
    return settings.text(Key.MASTER).orElse(null);
  }

  private static int report(TalonException failure, Exception thrown, boolean verbose, PrintStream err) {
    err.println(ExitCode.line(failure));
    if (verbose) {
      thrown.printStackTrace(err);
    }
    return ExitCode.exitCode(failure);
  }
}
