/** What makes a script a model: the layout of the engine's memory, the constants that Java fills in, and the weights. */
package io.talon.torch.module;
