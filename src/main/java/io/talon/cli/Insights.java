package io.talon.cli;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.Key;
import io.talon.conf.Settings;
import io.talon.job.Session;
import io.talon.job.insight.Comparison;
import io.talon.job.insight.QueryResult;
import io.talon.job.insight.RecordedRun;
import io.talon.job.insight.ReportFigures;
import io.talon.job.insight.RunViews;
import io.talon.report.ReportPage;
import io.talon.tune.TreeSetting;
import io.talon.tune.Tuner;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.ParseResult;

/** The commands that look at finished runs: {@code sql}, {@code compare}, {@code tune} and {@code report}. */
final class Insights {
  private Insights() {}

  static int run(Settings settings, ParseResult command, PrintStream out) {
    List<String> places = CommandLines.places(command);
    try (Session session = Session.open(Main.master(settings))) {
      switch (CommandLines.command(command)) {
        case SQL -> sql(session, settings, places, command, out);
        case COMPARE -> compare(session, places, command, out);
        case TUNE -> tune(session, settings, places.get(0), command, out);
        case REPORT -> report(session, settings, places, out);
        default -> throw new AssertionError(command.commandSpec().name());
      }
    }
    return ExitCode.DONE;
  }

  private static void sql(Session session, Settings settings, List<String> places, ParseResult command, PrintStream out) {
    Map<String, QueryOutput> outputs = Map.of(
        CommandLines.CSV, QueryOutput.CSV, CommandLines.MARKDOWN, QueryOutput.MARKDOWN, CommandLines.JSON, QueryOutput.JSON);
    List<String> given = outputs.keySet().stream().filter(command::hasMatchedOption).sorted().toList();
    check(given.size() <= 1, ErrorCode.BAD_OPTION, "one way to print can be chosen: %s", given);
    QueryOutput output = given.isEmpty() ? QueryOutput.TABLE : outputs.get(given.get(0));
    Question question = Question.of(places);
    QueryResult result = RunViews.over(session.spark(), question.directories()).query(question.sql());
    Optional<String> parquet = settings.text(Key.SQL_PARQUET);
    if (parquet.isPresent()) {
      result.writeParquet(parquet.get());
    } else {
      output.print(result, out);
    }
  }

  private static void compare(Session session, List<String> places, ParseResult command, PrintStream out) {
    Comparison comparison = Comparison.of(session.spark(), places.get(0), places.get(1));
    if (command.hasMatchedOption(CommandLines.JSON)) {
      comparison.lines().forEach(line -> out.println(ComparisonTable.json(line)));
    } else {
      ComparisonTable.print(comparison, out);
    }
  }

  private static void tune(Session session, Settings settings, String directory, ParseResult command, PrintStream out) {
    List<Integer> batches = settings.integers(Key.TUNE_BATCHES);
    batches.forEach(batch -> check(batch >= 1, ErrorCode.BAD_OPTION, "batches must be 1 or more: %s", batch));
    List<TreeSetting> asked =
        settings.text(Key.TUNE_SETTINGS).filter(text -> !text.isBlank()).map(TreeSetting::parse).orElse(List.of());
    RecordedRun run = RecordedRun.read(session.spark(), directory);
    List<Integer> all = Stream.concat(batches.stream(), Stream.of(run.batch())).distinct().sorted().toList();
    List<Tuner.Estimate> answers = all.stream()
        .flatMap(batch -> asked.stream().map(setting -> run.tuner().estimate(run.tuner().all(), batch, setting)))
        .toList();
    List<Tuner.Advice> advice = run.tuner().advise(all);
    if (command.hasMatchedOption(CommandLines.JSON)) {
      advice.forEach(each -> out.println(AdviceTable.json(each)));
      answers.forEach(each -> out.println(AdviceTable.json(each)));
    } else {
      AdviceTable.print(run, advice, answers, out);
    }
  }

  private static void report(Session session, Settings settings, List<String> places, PrintStream out) {
    String given = settings.text(Key.REPORT_OUTPUT).orElse(null);
    check(
        given != null || Files.isDirectory(Path.of(places.get(0))),
        ErrorCode.BAD_OPTION,
        "%s is no directory of this machine, so the page needs a place: --output FILE",
        places.get(0));
    Path file = given == null ? Path.of(places.get(0), "report.html") : Path.of(given);
    String page = ReportPage.of(new ReportFigures(session.spark(), places).toJson());
    try {
      if (file.toAbsolutePath().getParent() != null) {
        Files.createDirectories(file.toAbsolutePath().getParent());
      }
      Files.writeString(file, page);
    } catch (IOException e) {
      throw new TalonException(ErrorCode.BAD_OUTPUT, "cannot write " + file + ": " + e, e);
    }
    out.println("open " + file + " in a browser");
  }
}
