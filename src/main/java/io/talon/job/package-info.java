/**
 * The Spark job: reads prompts, decodes them with the engines of each executor, writes tables.
 *
 * <p>{@code GenerateJob} reads top to bottom as the job, {@code PartitionRun} as one of its tasks. Only this package and those
 * below it see Spark and Hadoop, and hold nothing that does not, but for plain records.
 */
package io.talon.job;
