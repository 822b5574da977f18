/**
 * Draft trees as values: parallel arrays, and the batch of trees that one verification forward takes.
 *
 * <p>A leaf: depends on nothing but the root package.
 */
package io.talon.tree;
