/**
 * A run as a directory holds it: waves that appear whole, who works on it, and what must be the same for a run to be resumed.
 * Depends on {@code job.input}, {@code job.output} and {@code run}.
 */
package io.talon.job.waves;
