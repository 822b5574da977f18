package io.talon.text.jinja.syntax;

import io.talon.TalonException;
import io.talon.text.jinja.syntax.Token.Kind;
import io.talon.text.jinja.value.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses expressions with Jinja's precedence: if-else, or, and, not, comparison, + -, ~, * / // %, **, sign, filter and test. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%");
  private static final Set<String> OF_MACROS = Set.of("varargs", "kwargs", "caller");

  private final TokenStream tokens;
  private final SuffixParser suffixes;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
    this.suffixes = new SuffixParser(tokens, this);
  }

  /** One expression, or several with commas between them as a tuple. */
  Expression tuple() {
    Expression first = expression();
    if (!tokens.peek().isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && !atEnd()) {
      items.add(expression());
    }
    return new Expression.TupleOf(items);
  }

  private boolean atEnd() {
    return tokens.at(Kind.BLOCK_END) || tokens.at(Kind.OUTPUT_END) || tokens.peek().isOperator(")");
  }

  Expression expression() {
    Expression value = or();
    while (tokens.skipName("if")) {
      Expression test = or();
      value = new Expression.Conditional(test, value, tokens.skipName("else") ? expression() : null);
    }
    return value;
  }

  /** An expression without inline if, which ends before the filter of a loop. */
  Expression or() {
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Expression.Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Expression.And(left, not());
    }
    return left;
  }

  private Expression not() {
    return tokens.skipName("not") ? new Expression.Not(not()) : comparison();
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> operands = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        operators.add(tokens.next().text());
      } else if (tokens.skipName("in")) {
        operators.add("in");
      } else if (tokens.atNames("not", "in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        return operators.isEmpty() ? first : new Expression.Comparison(first, operators, operands);
      }
      operands.add(sum());
    }
  }

  private Expression sum() {
    Expression left = concatenation();
    while (tokens.peek().isOperator("+") || tokens.peek().isOperator("-")) {
      left = new Expression.Arithmetic(tokens.next().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression first = product();
    if (!tokens.peek().isOperator("~")) {
      return first;
    }
    List<Expression> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Expression.Concatenation(parts);
  }

  private Expression product() {
    Expression left = power();
    while (tokens.at(Kind.OPERATOR) && PRODUCTS.contains(tokens.peek().text())) {
      left = new Expression.Arithmetic(tokens.next().text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = suffixes.filters(signed());
    while (tokens.peek().isOperator("**")) {
      left = new Expression.Arithmetic(tokens.next().text(), left, suffixes.filters(signed()));
    }
    return left;
  }

  private Expression signed() {
    if (tokens.skipOperator("-")) {
      return new Expression.Negative(signed());
    }
    if (tokens.skipOperator("+")) {
      return new Expression.Arithmetic("+", new Expression.Literal(0L), signed());
    }
    return operand();
  }

  /** A literal, a variable or something in brackets, with its attributes, items and calls. */
  Expression operand() {
    return suffixes.access(primary());
  }

  /** The filters and tests behind an expression. */
  Expression filters(Expression start) {
    return suffixes.filters(start);
  }

  private Expression primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> name(token);
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (tokens.at(Kind.STRING)) {
          text.append(tokens.next().text());
        }
        yield new Expression.Literal(text.toString());
      }
      case INTEGER -> new Expression.Literal(integer(token));
      case FLOAT -> new Expression.Literal(Double.valueOf(token.text()));
      case OPERATOR -> bracketed(token);
      default -> throw unexpected(token);
    };
  }

  private Expression name(Token token) {
    if (OF_MACROS.contains(token.text())) {
      throw Errors.atLine(token.line(), "'%s' is not supported", token.text());
    }
    return switch (token.text()) {
      case "true", "True" -> new Expression.Literal(true);
      case "false", "False" -> new Expression.Literal(false);
      case "none", "None" -> new Expression.Literal(null);
      default -> {
        tokens.reads(token.text());
        yield new Expression.Name(token.text());
      }
    };
  }

  static Long integer(Token token) {
    try {
      return Long.valueOf(token.text());
    } catch (NumberFormatException e) {
      throw Errors.atLine(token.line(), "the number %s is too large", token.text());
    }
  }

  private Expression bracketed(Token open) {
    switch (open.text()) {
      case "(" -> {
        if (tokens.skipOperator(")")) {
          return new Expression.TupleOf(List.of());
        }
        Expression inner = tuple();
        tokens.expectOperator(")");
        return inner;
      }
      case "[" -> {
        List<Expression> items = new ArrayList<>();
        while (!tokens.skipOperator("]")) {
          items.add(expression());
          tokens.commaUnlessAt("]");
        }
        return new Expression.ListOf(items);
      }
      case "{" -> {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.skipOperator("}")) {
          keys.add(expression());
          tokens.expectOperator(":");
          values.add(expression());
          tokens.commaUnlessAt("}");
        }
        return new Expression.DictOf(keys, values);
      }
      default -> throw unexpected(open);
    }
  }

  private static TalonException unexpected(Token token) {
    return Errors.atLine(token.line(), "unexpected %s in an expression", token.describe());
  }
}
