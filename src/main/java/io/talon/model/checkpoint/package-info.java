/**
 * The files that hold a model's weights: safetensors and torch.save, whole or in shards; an index of their tensors.
 *
 * <p>A leaf; no code of a file is ever run.
 */
package io.talon.model.checkpoint;
