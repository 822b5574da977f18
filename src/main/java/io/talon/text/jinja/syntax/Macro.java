package io.talon.text.jinja.syntax;

import io.talon.text.jinja.value.Arguments;
import io.talon.text.jinja.value.Kinds.Callable;
import io.talon.text.jinja.value.Kinds.Undefined;
import java.util.List;

/**
 * A macro and the scope that it was defined in.
 *
 * @param defaults of the last parameters
 */
record Macro(String name, List<String> parameters, List<Expression> defaults, Block body, Scope closure) implements Callable {
  @Override
  public Object call(Arguments arguments) {
    arguments.accept("macro " + name, parameters);
    Scope scope = closure.inner();
    int firstDefault = parameters.size() - defaults.size();
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      Object value;
      if (arguments.has(i, parameter)) {
        value = arguments.get(i, parameter, null);
      } else if (i >= firstDefault) {
        value = defaults.get(i - firstDefault).evaluate(scope);
      } else {
        value = new Undefined("parameter '" + parameter + "' of macro " + name);
      }
      scope.set(parameter, value);
    }
    StringBuilder out = new StringBuilder();
    body.execute(scope, out);
    return out.toString();
  }
}
