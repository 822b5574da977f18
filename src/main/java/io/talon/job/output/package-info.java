/**
 * The tables and the lines of a batch's output: schemas, rows, sums, and the directory they are written to.
 */
package io.talon.job.output;
