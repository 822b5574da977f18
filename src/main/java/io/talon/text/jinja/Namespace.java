package io.talon.text.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** The result of {@code namespace()}: attributes that inner scopes may set. */
record Namespace(Map<String, Object> attributes) {
  static Namespace of(Arguments arguments) {
    return new Namespace(new LinkedHashMap<>(Globals.dict(arguments)));
  }
}
