/**
 * The command line: {@code talon generate}, {@code bench}, {@code inspect} and {@code audit}, their exit codes and what they print.
 *
 * <p>{@link io.talon.cli.Main} is the entry. Sees no Spark: what needs it is asked of {@code job}.
 */
package io.talon.cli;
