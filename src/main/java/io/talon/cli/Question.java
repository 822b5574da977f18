package io.talon.cli;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.job.insight.RunViews;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code talon sql} is asked.
 *
 * @param directories output directories of runs
 * @param sql the query
 */
record Question(List<String> directories, String sql) {
  private static final String SHOWN = "by_category";

  /** Tells directories from the query behind them: the name of a view, a file that ends in .sql, or a text with a blank in it. */
  static Question of(List<String> arguments) {
    String last = arguments.get(arguments.size() - 1);
    List<String> others = arguments.subList(0, arguments.size() - 1);
    check(
        others.isEmpty() || !last.matches("[a-z_]+") || isView(last) || Files.exists(Path.of(last)),
        ErrorCode.BAD_OPTION,
        "there is neither a directory nor a view of that name (write ./NAME for a directory elsewhere); the views are %s: %s",
        Stream.concat(RunViews.TABLES.stream(), RunViews.DERIVED.stream()).collect(Collectors.joining(", ")),
        last);
    if (Files.isDirectory(Path.of(last)) || !asks(last)) {
      return new Question(arguments, "SELECT * FROM " + SHOWN);
    }
    check(!others.isEmpty(), ErrorCode.BAD_OPTION, "the output directory of a run must come before the query: %s", last);
    return new Question(others, sql(last));
  }

  private static boolean asks(String argument) {
    return isView(argument) || argument.endsWith(".sql") || argument.contains(" ") || argument.contains("\n");
  }

  private static boolean isView(String name) {
    return RunViews.DERIVED.contains(name) || RunViews.TABLES.contains(name);
  }

  private static String sql(String argument) {
    if (isView(argument)) {
      return "SELECT * FROM " + argument;
    }
    if (!argument.endsWith(".sql") || argument.contains(" ")) {
      return argument;
    }
    try {
      return Files.readString(Path.of(argument)).strip().replaceAll(";$", "");
    } catch (IOException e) {
      throw new TalonException(ErrorCode.BAD_INPUT, "cannot read the query " + argument + ": " + e, e);
    }
  }
}
