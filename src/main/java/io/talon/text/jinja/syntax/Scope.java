package io.talon.text.jinja.syntax;

import io.talon.text.jinja.value.Kinds.Undefined;
import java.util.HashMap;
import java.util.Map;

/** The variables that are visible at a point of a template; loops, macros and block assignments open inner scopes. */
public final class Scope {
  private final Scope parent; // null for the outermost
  private final Rendering rendering;
  private final Map<String, Object> variables = new HashMap<>();

  private Scope(Scope parent, Rendering rendering) {
    this.parent = parent;
    this.rendering = rendering;
  }

  public static Scope outermost(Rendering rendering) {
    return new Scope(null, rendering);
  }

  Scope inner() {
    return new Scope(this, rendering);
  }

  Rendering rendering() {
    return rendering;
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.parent) {
      if (scope.variables.containsKey(name)) {
        return scope.variables.get(name);
      }
    }
    return new Undefined("'" + name + "'");
  }

  public void set(String name, Object value) {
    variables.put(name, value);
  }
}
