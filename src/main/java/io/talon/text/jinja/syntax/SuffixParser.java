package io.talon.text.jinja.syntax;

import io.talon.text.jinja.library.Filters;
import io.talon.text.jinja.library.Methods;
import io.talon.text.jinja.library.Predicates;
import io.talon.text.jinja.syntax.Token.Kind;
import io.talon.text.jinja.value.Errors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses what follows an operand: attributes, items, slices and calls, then filters and tests. */
final class SuffixParser {
  private static final Set<String> NO_ARGUMENT = Set.of("else", "or", "and", "if", "is", "in", "not");

  private final TokenStream tokens;
  private final ExpressionParser expressions;

  SuffixParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /** The attributes, items and calls behind an operand. */
  Expression access(Expression start) {
    Expression value = start;
    while (true) {
      int line = tokens.peek().line();
      if (tokens.skipOperator(".")) {
        value = tokens.at(Kind.INTEGER)
            ? new Expression.Item(value, new Expression.Literal(ExpressionParser.integer(tokens.next())))
            : new Expression.Attribute(value, tokens.expect(Kind.NAME).text());
      } else if (tokens.skipOperator("[")) {
        value = subscript(value);
      } else if (tokens.peek().isOperator("(")) {
        if (value instanceof Expression.Attribute method && !Methods.known(method.name())) {
          throw Errors.atLine(line, "method '%s' is not supported", method.name());
        }
        value = new Expression.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression object) {
    Expression start = tokens.peek().isOperator(":") ? null : expressions.expression();
    if (tokens.skipOperator("]")) {
      return new Expression.Item(object, start);
    }
    tokens.expectOperator(":");
    Expression stop = tokens.peek().isOperator(":") || tokens.peek().isOperator("]") ? null : expressions.expression();
    Expression step = tokens.skipOperator(":") && !tokens.peek().isOperator("]") ? expressions.expression() : null;
    tokens.expectOperator("]");
    return new Expression.Slice(object, start, stop, step);
  }

  /** The filters and tests behind an expression. */
  Expression filters(Expression start) {
    Expression value = start;
    while (true) {
      if (tokens.skipOperator("|")) {
        value = filter(value);
      } else if (tokens.skipName("is")) {
        value = test(value);
      } else {
        return value;
      }
    }
  }

  private Expression filter(Expression input) {
    Token name = tokens.expect(Kind.NAME);
    if (!Filters.known(name.text())) {
      throw Errors.atLine(name.line(), "filter '%s' is not supported", name.text());
    }
    CallArguments arguments = tokens.peek().isOperator("(") ? arguments() : CallArguments.NONE;
    checkNamedFunctions(name, arguments);
    return new Expression.Filtered(input, name.text(), arguments);
  }

  /** Looks up what map, select and the like take by name, so that it is not missed first in the middle of a job. */
  private static void checkNamedFunctions(Token filter, CallArguments arguments) {
    int index = filter.text().endsWith("attr") ? 1 : 0;
    boolean tests = filter.text().startsWith("select") || filter.text().startsWith("reject");
    if ((tests || filter.text().equals("map"))
        && arguments.positional().size() > index
        && arguments.positional().get(index) instanceof Expression.Literal literal
        && literal.value() instanceof String name
        && !(tests ? Predicates.known(name) : Filters.known(name))) {
      throw Errors.atLine(filter.line(), "%s '%s' is not supported", tests ? "test" : "filter", name);
    }
  }

  private Expression test(Expression input) {
    boolean negated = tokens.skipName("not");
    Token name = tokens.expect(Kind.NAME);
    if (!Predicates.known(name.text())) {
      throw Errors.atLine(name.line(), "test '%s' is not supported", name.text());
    }
    CallArguments arguments = CallArguments.NONE;
    Token next = tokens.peek();
    if (next.isOperator("(")) {
      arguments = arguments();
    } else if (startsArgument(next)) {
      arguments = new CallArguments(List.of(expressions.operand()), Map.of());
    }
    Expression tested = new Expression.Tested(input, name.text(), arguments);
    return negated ? new Expression.Not(tested) : tested;
  }

  private static boolean startsArgument(Token token) {
    return switch (token.kind()) {
      case NAME -> !NO_ARGUMENT.contains(token.text());
      case STRING, INTEGER, FLOAT -> true;
      default -> token.isOperator("[") || token.isOperator("{");
    };
  }

  private CallArguments arguments() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!tokens.skipOperator(")")) {
      if (tokens.atNamed("=")) {
        String name = tokens.next().text();
        tokens.expectOperator("=");
        named.put(name, expressions.expression());
      } else if (named.isEmpty()) {
        positional.add(expressions.expression());
      } else {
        throw tokens.unexpected("a named argument");
      }
      tokens.commaUnlessAt(")");
    }
    return new CallArguments(positional, named);
  }
}
