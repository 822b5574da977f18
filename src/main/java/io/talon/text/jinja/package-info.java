/**
 * A small Jinja interpreter for chat templates: the constructs that templates of published models use, with Python's
 * semantics, rendered as Hugging Face transformers does (trim_blocks, lstrip_blocks, loop controls, immutable sandbox).
 *
 * <p>What is not supported is an error when the template is parsed, or at the latest when it is reached; it is never silently
 * wrong text. Entry point: {@link io.talon.text.jinja.Template}. A leaf: depends on nothing but the root package.
 */
package io.talon.text.jinja;
