/**
 * What a model is and what an engine does: the {@link io.talon.engine.Engine} interface and its value types, the records
 * that describe checkpoints, and the readers of Hugging Face directories.
 *
 * <p>Depends on {@code tree} only; knows neither DJL nor Spark.
 */
package io.talon.model;
