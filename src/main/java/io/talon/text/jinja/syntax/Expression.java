package io.talon.text.jinja.syntax;

import io.talon.text.jinja.library.Access;
import io.talon.text.jinja.library.Filters;
import io.talon.text.jinja.library.Operators;
import io.talon.text.jinja.library.Predicates;
import io.talon.text.jinja.value.Errors;
import io.talon.text.jinja.value.Kinds.Callable;
import io.talon.text.jinja.value.Kinds.Tuple;
import io.talon.text.jinja.value.Kinds.Undefined;
import io.talon.text.jinja.value.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A parsed expression. */
sealed interface Expression {
  Object evaluate(Scope scope);

  record Literal(Object value) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return value;
    }
  }

  record Name(String name) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return scope.get(name);
    }
  }

  record ListOf(List<Expression> items) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return all(items, scope);
    }
  }

  record TupleOf(List<Expression> items) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return new Tuple(all(items, scope));
    }
  }

  record DictOf(List<Expression> keys, List<Expression> values) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Map<Object, Object> dict = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        dict.put(keys.get(i).evaluate(scope), values.get(i).evaluate(scope));
      }
      return dict;
    }
  }

  record Attribute(Expression object, String name) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Access.attribute(object.evaluate(scope), name);
    }
  }

  record Item(Expression object, Expression key) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Access.item(object.evaluate(scope), key.evaluate(scope));
    }
  }

  /** Bounds are null where they are left out. */
  record Slice(Expression object, Expression start, Expression stop, Expression step) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Access.slice(object.evaluate(scope), bound(start, scope), bound(stop, scope), bound(step, scope));
    }

    private static Object bound(Expression bound, Scope scope) {
      return bound == null ? null : bound.evaluate(scope);
    }
  }

  record Call(Expression function, CallArguments arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object callee = function.evaluate(scope);
      if (callee instanceof Callable callable) {
        return callable.call(arguments.evaluate(scope));
      }
      throw callee instanceof Undefined undefined
          ? undefined.error()
          : Errors.at("'%s' object is not callable", Values.typeName(callee));
    }
  }

  record Filtered(Expression input, String filter, CallArguments arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Filters.apply(filter, input.evaluate(scope), arguments.evaluate(scope));
    }
  }

  record Tested(Expression input, String test, CallArguments arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Predicates.test(test, input.evaluate(scope), arguments.evaluate(scope));
    }
  }

  record Not(Expression operand) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return !Values.truth(operand.evaluate(scope));
    }
  }

  record Negative(Expression operand) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Operators.negative(operand.evaluate(scope));
    }
  }

  record And(Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = left.evaluate(scope);
      return Values.truth(value) ? right.evaluate(scope) : value;
    }
  }

  record Or(Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = left.evaluate(scope);
      return Values.truth(value) ? value : right.evaluate(scope);
    }
  }

  record Arithmetic(String operator, Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Operators.arithmetic(operator, left.evaluate(scope), right.evaluate(scope));
    }
  }

  record Concatenation(List<Expression> parts) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      StringBuilder out = new StringBuilder();
      parts.forEach(part -> out.append(Values.string(part.evaluate(scope))));
      return out.toString();
    }
  }

  /** {@code first op operand op operand ...}, each pair compared as in Python. */
  record Comparison(Expression first, List<String> operators, List<Expression> operands) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object left = first.evaluate(scope);
      for (int i = 0; i < operators.size(); i++) {
        Object right = operands.get(i).evaluate(scope);
        if (!Operators.compare(operators.get(i), left, right)) {
          return false;
        }
        left = right;
      }
      return true;
    }
  }

  /** {@code then if test else otherwise}; otherwise is null where it is left out. */
  record Conditional(Expression test, Expression then, Expression otherwise) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      if (Values.truth(test.evaluate(scope))) {
        return then.evaluate(scope);
      }
      return otherwise == null ? new Undefined("the value of an inline if without else") : otherwise.evaluate(scope);
    }
  }

  private static List<Object> all(List<Expression> expressions, Scope scope) {
    List<Object> values = new ArrayList<>(expressions.size());
    expressions.forEach(expression -> values.add(expression.evaluate(scope)));
    return values;
  }
}
