package io.talon.job.output;

/**
 * Where a task runs.
 *
 * @param executor Spark's id of the executor
 * @param device of the engine, for example {@code cuda:0}
 * @param attempt from 0
 */
public record TaskIdentity(String executor, String device, int attempt) {}
