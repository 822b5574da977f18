package io.talon.text.jinja.value;

/** Text marked by the filter {@code safe}: it can be printed; all else would escape and is not supported. */
public record Markup(String text) {}
