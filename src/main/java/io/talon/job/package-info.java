/**
 * The Spark job and the command line: reads prompts, decodes them with one engine per executor and device, writes tables.
 *
 * <p>The only package that sees Spark; it reaches DJL through {@code torch} alone. {@link io.talon.cli.Main} is the entry,
 * {@code GenerateJob} reads top to bottom as the job, {@code EngineService} is what the tasks of an executor share.
 */
package io.talon.job;
