package io.talon.cli;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.conf.Settings;
import io.talon.job.Session;
import io.talon.job.insight.Comparison;
import io.talon.job.insight.RunViews;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** The commands that look at finished runs: {@code sql}, {@code compare}, {@code tune} and {@code report}. */
final class Insights {
  private Insights() {}

  static int run(Settings settings, ParseResult command, PrintStream out) {
    List<String> places = CommandLines.places(command);
    try (Session session = Session.open(Main.master(settings))) {
      switch (CommandLines.command(command)) {
        case SQL -> sql(session, places, command, out);
        case COMPARE -> compare(session, places, command, out);
        default -> throw new AssertionError(command.commandSpec().name());
      }
    }
    return ExitCode.DONE;
  }

  private static void sql(Session session, List<String> places, ParseResult command, PrintStream out) {
    boolean csv = command.hasMatchedOption(CommandLines.CSV);
    boolean json = command.hasMatchedOption(CommandLines.JSON);
    check(!csv || !json, ErrorCode.BAD_OPTION, "--csv and --json exclude each other");
    Question question = Question.of(places);
    QueryOutput output = csv ? QueryOutput.CSV : json ? QueryOutput.JSON : QueryOutput.TABLE;
    output.print(RunViews.over(session.spark(), question.directories()).query(question.sql()), out);
  }

  private static void compare(Session session, List<String> places, ParseResult command, PrintStream out) {
    Comparison comparison = Comparison.of(session.spark(), places.get(0), places.get(1));
    if (command.hasMatchedOption(CommandLines.JSON)) {
      comparison.lines().forEach(line -> out.println(ComparisonTable.json(line)));
    } else {
      ComparisonTable.print(comparison, out);
    }
  }
}
