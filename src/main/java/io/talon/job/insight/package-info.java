/**
 * From the tables of finished runs to answers: views in SQL, two runs side by side, other settings replayed, a report.
 *
 * <p>What needs no Spark lies in {@code tune} and {@code report}; here the tables are read and cut down to what those take.
 */
package io.talon.job.insight;
