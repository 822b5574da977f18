package io.talon.text.jinja.syntax;

/**
 * A lexical token.
 *
 * @param text as written in the template, of strings the value
 * @param line from 1
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    DATA,
    OUTPUT_BEGIN,
    OUTPUT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind wanted, String wantedText) {
    return kind == wanted && text.equals(wantedText);
  }

  boolean isOperator(String operator) {
    return is(Kind.OPERATOR, operator);
  }

  boolean isName(String name) {
    return is(Kind.NAME, name);
  }

  /** For messages. */
  String describe() {
    return switch (kind) {
      case END -> "end of template";
      case BLOCK_END, OUTPUT_END -> "end of tag";
      case STRING -> "string '" + text + "'";
      default -> "'" + text + "'";
    };
  }
}
