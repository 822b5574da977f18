/**
 * What the calls of an engine cost: a table that is measured when an engine opens, and the times of real rounds that mend it.
 *
 * <p>Depends on {@code engine} and {@code tree}; the policy {@code auto} chooses by it.
 */
package io.talon.cost;
