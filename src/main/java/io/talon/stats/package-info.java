/**
 * Live counters of a decode and their immutable results; definitions as in the paper, bonus token included in tau.
 *
 * <p>A leaf.
 */
package io.talon.stats;
