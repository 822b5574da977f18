package io.talon.text.jinja.syntax;

import io.talon.text.jinja.value.Arguments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The unevaluated arguments of a call, a filter or a test. */
record CallArguments(List<Expression> positional, Map<String, Expression> named) {
  static final CallArguments NONE = new CallArguments(List.of(), Map.of());

  Arguments evaluate(Scope scope) {
    List<Object> values = new ArrayList<>(positional.size());
    positional.forEach(argument -> values.add(argument.evaluate(scope)));
    Map<String, Object> namedValues = new LinkedHashMap<>();
    named.forEach((name, argument) -> namedValues.put(name, argument.evaluate(scope)));
    return new Arguments(values, namedValues);
  }
}
