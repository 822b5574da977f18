package io.talon.text.jinja.syntax;

import io.talon.text.jinja.library.Globals.Namespace;
import io.talon.text.jinja.value.Errors;
import io.talon.text.jinja.value.Values;
import java.util.List;

/** What an assignment or a loop writes to. */
sealed interface Target {
  void assign(Object value, Scope scope);

  record Variable(String name) implements Target {
    @Override
    public void assign(Object value, Scope scope) {
      scope.set(name, value);
    }
  }

  record NamespaceAttribute(String namespace, String attribute) implements Target {
    @Override
    public void assign(Object value, Scope scope) {
      if (scope.get(namespace) instanceof Namespace target) {
        target.attributes().put(attribute, value);
      } else {
        throw Errors.at("cannot assign attribute '%s': '%s' is no namespace", attribute, namespace);
      }
    }
  }

  record Unpacking(List<Target> targets) implements Target {
    @Override
    public void assign(Object value, Scope scope) {
      List<Object> values = Values.items(value);
      if (values.size() != targets.size()) {
        throw Errors.at("cannot unpack %s values into %s names", values.size(), targets.size());
      }
      for (int i = 0; i < values.size(); i++) {
        targets.get(i).assign(values.get(i), scope);
      }
    }
  }
}
