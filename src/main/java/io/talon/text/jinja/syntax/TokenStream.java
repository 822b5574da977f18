package io.talon.text.jinja.syntax;

import io.talon.TalonException;
import io.talon.text.jinja.syntax.Token.Kind;
import io.talon.text.jinja.value.Errors;
import io.talon.text.jinja.value.PythonText;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The parser's view of the tokens: one of lookahead. */
final class TokenStream {
  private final List<Token> tokens;
  private final Set<String> read = new TreeSet<>();
  private final Set<String> bound = new HashSet<>();
  private int position;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** Notes that an expression reads a variable. */
  void reads(String name) {
    read.add(name);
  }

  /** Notes that a tag gives a variable its value. */
  void binds(String name) {
    bound.add(name);
  }

  /** The variables that are read and that no tag gives a value, anywhere. */
  Set<String> free() {
    Set<String> free = new TreeSet<>(read);
    free.removeAll(bound);
    return free;
  }

  Token peek() {
    return tokens.get(position);
  }

  Token next() {
    return tokens.get(peek().kind() == Kind.END ? position : position++);
  }

  boolean at(Kind kind) {
    return peek().kind() == kind;
  }

  boolean skipOperator(String operator) {
    return skip(peek().isOperator(operator));
  }

  boolean skipName(String name) {
    return skip(peek().isName(name));
  }

  private boolean skip(boolean matches) {
    if (matches) {
      position++;
    }
    return matches;
  }

  /** Whether the next two tokens are these names. */
  boolean atNames(String first, String second) {
    return peek().isName(first) && tokens.get(position + 1).isName(second);
  }

  /** Whether the next two tokens are a name and an operator. */
  boolean atNamed(String operator) {
    return at(Kind.NAME) && tokens.get(position + 1).isOperator(operator);
  }

  Token expect(Kind kind) {
    if (!at(kind)) {
      boolean tagEnd = kind == Kind.BLOCK_END || kind == Kind.OUTPUT_END;
      throw unexpected(tagEnd ? "the end of the tag" : "a " + PythonText.lower(kind.name()));
    }
    return next();
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  /** Reads the comma between two items; the last one needs none. */
  void commaUnlessAt(String close) {
    if (!peek().isOperator(close)) {
      expectOperator(",");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  TalonException unexpected(String wanted) {
    return Errors.atLine(peek().line(), "expected %s, found %s", wanted, peek().describe());
  }
}
