package io.talon.conf;

/** The subcommands that take options from the table of keys. */
public enum Command {
  GENERATE,
  BENCH,
  INSPECT,
  AUDIT,
  SQL,
  COMPARE,
  TUNE,
  REPORT
}
