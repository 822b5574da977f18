/**
 * Batch text generation on Apache Spark with TALON, speculative decoding with confidence-aware adaptive draft trees
 * (arXiv 2601.07353).
 *
 * <p>This root package holds only what every layer may use: the error type and its codes.
 */
package io.talon;
