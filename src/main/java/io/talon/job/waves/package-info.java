/**
 * A run as a directory holds it: waves that appear whole, the manifest of who works on it and how far it is, and what must be
 * the same for a run to be resumed. Depends on {@code job.input} and {@code job.output}.
 */
package io.talon.job.waves;
