package io.talon.text.jinja.syntax;

import io.talon.text.jinja.value.Loop;
import io.talon.text.jinja.value.Values;
import java.util.ArrayList;
import java.util.List;

/** A parsed piece of a template: text, an output or a tag. */
sealed interface Statement {
  Flow execute(Scope scope, StringBuilder out);

  record Text(String text) implements Statement {
    @Override
    public Flow execute(Scope scope, StringBuilder out) {
      out.append(text);
      return Flow.NEXT;
    }
  }

  record Output(int line, Expression expression) implements Statement {
    @Override
    public Flow execute(Scope scope, StringBuilder out) {
      scope.rendering().at(line);
      out.append(scope.rendering().printed(expression.evaluate(scope)));
      return Flow.NEXT;
    }
  }

  record If(int line, Expression test, Block then, Block otherwise) implements Statement {
    @Override
    public Flow execute(Scope scope, StringBuilder out) {
      scope.rendering().at(line);
      return (Values.truth(test.evaluate(scope)) ? then : otherwise).execute(scope, out);
    }
  }

  /** The filter is null where there is none; it sees the loop's target but not {@code loop}. */
  record For(int line, Target target, Expression items, Expression filter, Block body, Block otherwise) implements Statement {
    @Override
    public Flow execute(Scope scope, StringBuilder out) {
      scope.rendering().at(line);
      List<Object> visited = visited(scope);
      if (visited.isEmpty()) {
        return otherwise.execute(scope.inner(), out);
      }
      Loop loop = new Loop(visited);
      for (int i = 0; i < visited.size(); i++) {
        loop.at(i);
        Scope inner = scope.inner();
        inner.set("loop", loop);
        target.assign(visited.get(i), inner);
        if (body.execute(inner, out) == Flow.BREAK) {
          break;
        }
      }
      return Flow.NEXT;
    }

    private List<Object> visited(Scope scope) {
      List<Object> all = Values.items(items.evaluate(scope));
      if (filter == null) {
        return all;
      }
      List<Object> kept = new ArrayList<>();
      for (Object item : all) {
        Scope inner = scope.inner();
        target.assign(item, inner);
        if (Values.truth(filter.evaluate(inner))) {
          kept.add(item);
        }
      }
      return kept;
    }
  }

  record Set(int line, Target target, Expression value) implements Statement {
    @Override
    public Flow execute(Scope scope, StringBuilder out) {
      scope.rendering().at(line);
      target.assign(value.evaluate(scope), scope);
      return Flow.NEXT;
    }
  }

  /** {@code {% set name | filter %} ... {% endset %}}; the filters are applied to a variable of the empty name. */
  record SetBlock(int line, Target target, Expression filtered, Block body) implements Statement {
    static final String BODY = "";

    @Override
    public Flow execute(Scope scope, StringBuilder out) {
      StringBuilder captured = new StringBuilder();
      body.execute(scope.inner(), captured);
      scope.rendering().at(line);
      Scope inner = scope.inner();
      inner.set(BODY, captured.toString());
      target.assign(filtered.evaluate(inner), scope);
      return Flow.NEXT;
    }
  }

  record MacroDefinition(String name, List<String> parameters, List<Expression> defaults, Block body) implements Statement {
    @Override
    public Flow execute(Scope scope, StringBuilder out) {
      scope.set(name, new Macro(name, parameters, defaults, body, scope));
      return Flow.NEXT;
    }
  }

  /** {@code {% generation %}}, by which trainers mark the assistant's words: its body in a scope of its own. */
  record Generation(Block body) implements Statement {
    @Override
    public Flow execute(Scope scope, StringBuilder out) {
      body.execute(scope.inner(), out);
      return Flow.NEXT;
    }
  }

  record Jump(Flow flow) implements Statement {
    @Override
    public Flow execute(Scope scope, StringBuilder out) {
      return flow;
    }
  }
}
