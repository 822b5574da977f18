/**
 * The engine on DJL's PyTorch: it opens, checks itself, and turns a decoder's calls into calls of one TorchScript module.
 *
 * <p>The forward pass itself is the resource {@code engine.torchscript}, readable top to bottom. With the packages
 * below it the only one that imports {@code ai.djl}, besides the tokenizer in {@code text}.
 */
package io.talon.torch;
