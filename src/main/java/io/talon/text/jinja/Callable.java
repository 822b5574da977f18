package io.talon.text.jinja;

/** What a template can call. */
@FunctionalInterface
interface Callable {
  Object call(Arguments arguments);
}
