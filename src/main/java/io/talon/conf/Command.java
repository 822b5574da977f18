package io.talon.conf;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The subcommands that take options from the table of keys. */
public enum Command {
  GENERATE,
  BENCH,
  INSPECT,
  AUDIT,
  SQL,
  COMPARE,
  TUNE,
  REPORT;

  static final Set<Command> THAT_DECODE = Collections.unmodifiableSet(EnumSet.of(GENERATE, BENCH));
  static final Set<Command> THAT_OPEN_MODELS = Collections.unmodifiableSet(EnumSet.of(GENERATE, BENCH, INSPECT, AUDIT));
  static final Set<Command> THAT_START_SPARK = Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(INSPECT)));
}
