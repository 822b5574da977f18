/**
 * From messages to token ids and back: the tokenizer, the chat template and stop strings.
 *
 * <p>A leaf; the only place besides the engine that knows DJL, and of DJL only its tokenizer.
 */
package io.talon.text;
