/** What makes a script a model: the layout of memory and of keys, the constants that Java fills in, and the weights. */
package io.talon.torch.module;
