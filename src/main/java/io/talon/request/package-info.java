/**
 * What an input row asks for: its prompt, conversation or OpenAI request, read from JSON, and the options it sets for itself.
 *
 * <p>Depends on {@code conf} and {@code text}.
 */
package io.talon.request;
