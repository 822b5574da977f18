/**
 * What other settings would have made of a run: its rounds replayed under other budgets, widths and gates, and priced.
 *
 * <p>Nothing is decoded and nothing is read here. It sees {@code cost} alone.
 */
package io.talon.tune;
