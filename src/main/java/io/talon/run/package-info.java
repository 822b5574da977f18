/**
 * What is known of a run as a whole, wherever it is kept: its manifest, its models, and where a test has it stop.
 *
 * <p>Depends on {@code conf} and {@code serve}. Sees no Spark: {@code job.waves} reads and writes the files.
 */
package io.talon.run;
