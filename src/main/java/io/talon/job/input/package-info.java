/**
 * The prompts as Spark reads them, in the order of the files and checked. Depends on {@code request} and {@code conf}.
 */
package io.talon.job.input;
