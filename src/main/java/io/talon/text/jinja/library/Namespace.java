package io.talon.text.jinja.library;

import io.talon.text.jinja.value.Arguments;
import java.util.LinkedHashMap;
import java.util.Map;

/** The result of {@code namespace()}: attributes that inner scopes may set. */
public record Namespace(Map<String, Object> attributes) {
  public static Namespace of(Arguments arguments) {
    return new Namespace(new LinkedHashMap<>(Globals.dict(arguments)));
  }
}
