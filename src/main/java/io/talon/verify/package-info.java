/**
 * The walk through a verified tree: which rows were accepted and which token is the bonus. Depends on
 * {@code tree} and {@code model}.
 */
package io.talon.verify;
