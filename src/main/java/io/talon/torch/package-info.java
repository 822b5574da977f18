/**
 * The engine on DJL's PyTorch: one TorchScript module per device, its archive, its weights, and the bookkeeping of slots.
 *
 * <p>The forward pass itself is the resource {@code engine.torchscript}, readable top to bottom. The only package that
 * imports {@code ai.djl}, besides the tokenizer in {@code text}.
 */
package io.talon.torch;
