/**
 * What other settings would have made of a run: its rounds replayed under other budgets, widths and gates, and priced.
 *
 * <p>Nothing is decoded and nothing is read here. It sees no other package.
 */
package io.talon.tune;
