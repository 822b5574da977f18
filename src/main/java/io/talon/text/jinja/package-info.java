/**
 * A small Jinja interpreter for chat templates: the constructs that templates of published models use, with Python's
 * semantics, rendered as Hugging Face transformers does (trim_blocks, lstrip_blocks, loop controls, immutable sandbox).
 *
 * <p>What is not supported is an error when the template is parsed, or at the latest when it is reached; it is never silently
 * wrong text. Entry point: {@link io.talon.text.jinja.Template}. {@code syntax} is the language, {@code library}
 * what templates can call, {@code value} what they compute with.
 */
package io.talon.text.jinja;
