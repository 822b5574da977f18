package io.talon.text.jinja.value;

/** What a template can call. */
@FunctionalInterface
public interface Callable {
  Object call(Arguments arguments);
}
