/**
 * A run as one page of HTML that opens without a network: its figures as JSON, and what draws them, in one file.
 *
 * <p>A leaf.
 */
package io.talon.report;
