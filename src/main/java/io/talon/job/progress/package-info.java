/**
 * What tasks report while they run, and the line that shows it.
 */
package io.talon.job.progress;
