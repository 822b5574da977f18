package io.talon.cli;

import io.talon.Version;
import io.talon.conf.Command;
import io.talon.conf.Key;
import io.talon.conf.Settings;
import io.talon.job.insight.RunViews;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Command lines made from the table of keys, so that help, configuration files and reading never disagree. */
final class CommandLines {
  static final String VERBOSE = "--verbose";
  static final String JSON = "--json";
  static final String CSV = "--csv";
  static final String MARKDOWN = "--markdown";
  private static final String CONF_FILE = "--conf-file";
  private static final int HELP_WIDTH = 120;

  private CommandLines() {}

  static CommandSpec root() {
    CommandSpec root = described("talon", "Batch text generation on Apache Spark with confidence-aware adaptive draft trees.");
    root.version("talon " + Version.text());
    root.addOption(OptionSpec.builder("-V", "--version").versionHelp(true).description("Show the version.").build());
    root.addSubcommand(
        "generate",
        subcommand(Command.GENERATE, "Generate a text for every prompt; write texts and statistics as tables."));
    root.addSubcommand(
        "bench", subcommand(Command.BENCH, "Measure policies, budgets and batch sizes against plain decoding."));
    root.addSubcommand("inspect", inspect());
    root.addSubcommand("audit", audit());
    root.addSubcommand("sql", sql());
    root.addSubcommand("compare", compare());
    root.addSubcommand("tune", tune());
    root.addSubcommand("report", report());
    return root;
  }

  static Command command(ParseResult result) {
    return Command.valueOf(result.commandSpec().name().toUpperCase(Locale.ROOT));
  }

  /** What was typed beside options. */
  static List<String> places(ParseResult result) {
    return result.matchedPositionalValue(0, List.of());
  }

  /** Layers what was typed over the configuration file over the defaults. */
  static Settings settings(ParseResult result) {
    Map<Key, List<String>> typed = new EnumMap<>(Key.class);
    for (Key key : Key.of(command(result))) {
      if (result.hasMatchedOption("--" + key.label())) {
        typed.put(key, result.matchedOption("--" + key.label()).stringValues());
      }
    }
    String confFile = result.matchedOptionValue(CONF_FILE, null);
    return Settings.layered(command(result), typed, confFile == null ? null : Path.of(confFile));
  }

  private static CommandSpec inspect() {
    CommandSpec spec = subcommand(
        Command.INSPECT,
        "Show what a model directory holds. Of two, show whether one can draft for the other; if not, the exit code is 2.");
    places(spec, "DIR", "1..2",
        "Target model, EAGLE-3 head or draft model; a directory, scheme://DIR or hf:org/name[@revision].");
    flag(spec, JSON, "Print one JSON object instead of tables.");
    return spec;
  }

  private static CommandSpec sql() {
    CommandSpec spec = subcommand(
        Command.SQL,
        "Ask the tables of one run or several in Spark SQL. Views, beside generations, rounds, quarantine and runs:");
    spec.usageMessage().description(Stream.concat(
        Arrays.stream(spec.usageMessage().description()),
        RunViews.DERIVED.stream().map(view -> String.format("  %-13s %s", view, RunViews.about(view)))).toArray(String[]::new));
    places(
        spec, "ARG", "1..*",
        "Output directories of runs; after them a view, a query or a file with one. Without it, by_category is shown.");
    flag(spec, CSV, "Print comma-separated values, all rows.");
    flag(spec, MARKDOWN, "Print a table of Markdown, all rows.");
    flag(spec, JSON, "Print one JSON object per row, all rows.");
    return spec;
  }

  private static CommandSpec compare() {
    CommandSpec spec = subcommand(
        Command.COMPARE,
        "Compare two runs on the same prompts, pair by pair: tokens/s, tau, delta and texts, with 95 %% bootstrap intervals.");
    places(spec, "DIR", "2", "Output directories of the two runs.");
    flag(spec, JSON, "Print one JSON object per category instead of a table.");
    return spec;
  }

  private static CommandSpec tune() {
    CommandSpec spec = subcommand(
        Command.TUNE,
        "Replay a run's rounds under smaller budgets, narrower trees and stricter gates, price them with the run's own forwards,"
            + " and recommend settings by category and batch size. Nothing is decoded.");
    places(spec, "DIR", "1", "Output directory of the run.");
    flag(spec, JSON, "Print one JSON object per category and batch size instead of a table.");
    return spec;
  }

  private static CommandSpec report() {
    CommandSpec spec = subcommand(
        Command.REPORT, "Draw a finished run, or two beside each other, as one page of HTML that opens without a network.");
    places(spec, "DIR", "1..2", "Output directory of the run, and of one to compare with it.");
    return spec;
  }

  private static CommandSpec audit() {
    CommandSpec spec = subcommand(
        Command.AUDIT,
        "Decode a sample of a finished run's generations again, plainly and one at a time, and show whether the run wrote the"
            + " same: equal, near tie (another choice between two that the numeric type can hardly tell apart) or wrong.");
    places(spec, "DIR", "1", "Output directory of the run.");
    spec.usageMessage()
        .exitCodeList(Map.of(
            String.valueOf(ExitCode.DONE), "nothing is wrong",
            String.valueOf(ExitCode.FAILED), "something is wrong, or the audit failed",
            String.valueOf(ExitCode.BAD_USAGE), "bad usage, no finished run, or another model than the run's"));
    return spec;
  }

  /** Arguments that are no options. */
  private static void places(CommandSpec spec, String label, String arity, String description) {
    String last = arity.substring(arity.lastIndexOf('.') + 1); // of "2", "1..2" or "1..*"
    spec.addPositional(PositionalParamSpec.builder()
        .paramLabel(label)
        .description(description)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity(arity)
        .required(true)
        .index("0.." + (last.equals("*") ? last : Integer.parseInt(last) - 1))
        .build());
  }

  private static void flag(CommandSpec spec, String name, String description) {
    spec.addOption(OptionSpec.builder(name).description(description).arity("0").order(-1).build());
  }

  private static CommandSpec subcommand(Command command, String description) {
    CommandSpec spec = described(command.name().toLowerCase(Locale.ROOT), description);
    for (Key key : Key.of(command)) {
      String fallback = key.fallback().map(text -> text.isEmpty() ? " Default: none." : " Default: " + text + ".").orElse("");
      spec.addOption(OptionSpec.builder("--" + key.label())
          .paramLabel(key.takes())
          .description(key.description() + fallback)
          .type(key.repeatable() ? List.class : String.class)
          .auxiliaryTypes(String.class)
          .arity(key.isSwitch() ? "0..1" : "1")
          .fallbackValue(key.isSwitch() ? "on" : "")
          .order(key.ordinal())
          .build());
    }
    spec.addOption(OptionSpec.builder(CONF_FILE)
        .paramLabel("F")
        .description("HOCON file with these options in a block talon { ... }; the command line goes before it.")
        .type(String.class)
        .arity("1")
        .order(Key.values().length)
        .build());
    spec.addOption(OptionSpec.builder(VERBOSE)
        .description("Show the stack trace of an error.")
        .arity("0")
        .order(Key.values().length + 1)
        .build());
    return spec;
  }

  private static CommandSpec described(String name, String description) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.addOption(OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .description("Show this help.")
        .order(Integer.MAX_VALUE)
        .build());
    spec.usageMessage()
        .description(description)
        .width(HELP_WIDTH)
        .sortOptions(false)
        .abbreviateSynopsis(true)
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(Map.of(
            String.valueOf(ExitCode.DONE), "done",
            String.valueOf(ExitCode.FAILED), "failed",
            String.valueOf(ExitCode.BAD_USAGE), "bad usage or input",
            String.valueOf(ExitCode.QUARANTINED), "finished, with rows in quarantine"));
    return spec;
  }
}
