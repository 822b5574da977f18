/**
 * What a model is: the records that describe a target, a draft head and their tensors, read from Hugging Face directories.
 *
 * <p>Depends on {@code model.checkpoint} only; knows neither DJL nor Spark.
 */
package io.talon.model;
