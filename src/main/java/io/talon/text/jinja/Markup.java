package io.talon.text.jinja;

/** Text marked by the filter {@code safe}: it can be printed; all else would escape and is not supported. */
record Markup(String text) {}
