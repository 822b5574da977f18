package io.talon.text.jinja.syntax;

import io.talon.text.jinja.syntax.Token.Kind;
import io.talon.text.jinja.value.Errors;
import io.talon.text.jinja.value.PythonText;
import java.util.ArrayList;
import java.util.List;

/** Cuts a template into tokens; whitespace control happens here, with trim_blocks and lstrip_blocks on. */
final class Lexer {
  private static final String[] OPERATORS = {
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~", "(", ")", "[", "]", "{", "}", ",", ".", ":", "|", "=", "<",
    ">"
  };

  private final String template;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;

  private Lexer(String template) {
    this.template = template;
  }

  static List<Token> tokens(String text) {
    String template = text.replace("\r\n", "\n").replace('\r', '\n');
    Lexer lexer = new Lexer(template.endsWith("\n") ? template.substring(0, template.length() - 1) : template);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    boolean lineStarting = true;
    for (int tag = nextTag(); tag >= 0; tag = nextTag()) {
      char kind = template.charAt(tag + 1);
      char sign = at(tag + 2);
      String text = template.substring(position, tag);
      if (sign == '-') {
        text = PythonText.strip(text, null, false, true);
      } else if (sign != '+' && kind != '{') {
        text = withoutIndentation(text, lineStarting);
      }
      data(text);
      advance(tag + (sign == '-' || sign == '+' ? 3 : 2));
      switch (kind) {
        case '#' -> comment();
        case '%' -> code(Kind.BLOCK_BEGIN, Kind.BLOCK_END, "%}");
        default -> code(Kind.OUTPUT_BEGIN, Kind.OUTPUT_END, "}}");
      }
      lineStarting = template.charAt(position - 1) == '\n';
    }
    data(template.substring(position));
    advance(template.length());
    add(Kind.END, "");
  }

  private int nextTag() {
    for (int i = position; i + 1 < template.length(); i++) {
      if (template.charAt(i) == '{' && "{%#".indexOf(template.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private static String withoutIndentation(String text, boolean lineStarting) {
    int lineStart = text.lastIndexOf('\n') + 1;
    boolean blank = text.substring(lineStart).codePoints().allMatch(PythonText::isSpace);
    return blank && (lineStart > 0 || lineStarting) ? text.substring(0, lineStart) : text;
  }

  private void data(String text) {
    if (!text.isEmpty()) {
      add(Kind.DATA, text);
    }
  }

  private void comment() {
    int end = template.indexOf("#}", position);
    if (end < 0) {
      throw Errors.atLine(line, "comment is never closed");
    }
    char sign = end > position ? template.charAt(end - 1) : ' ';
    advance(end + 2);
    endTag(sign, Kind.BLOCK_END);
  }

  /** Eats what whitespace control removes behind a tag. */
  private void endTag(char sign, Kind end) {
    if (sign == '-') {
      while (PythonText.isSpace(at(position))) {
        advance(position + 1);
      }
    } else if (sign != '+' && end == Kind.BLOCK_END && at(position) == '\n') {
      advance(position + 1);
    }
  }

  private void code(Kind begin, Kind end, String endMarker) {
    int beginLine = line;
    add(begin, "");
    int depth = 0;
    while (true) {
      while (PythonText.isSpace(at(position))) {
        advance(position + 1);
      }
      if (position >= template.length()) {
        throw Errors.atLine(beginLine, "tag is never closed");
      }
      char c = template.charAt(position);
      boolean signed = (c == '-' || c == '+' && end == Kind.BLOCK_END) && template.startsWith(endMarker, position + 1);
      if (depth == 0 && (signed || template.startsWith(endMarker, position))) {
        add(end, "");
        advance(position + (signed ? 3 : 2));
        endTag(signed ? c : ' ', end);
        return;
      }
      if (c == '\'' || c == '"') {
        string(c);
      } else if (c >= '0' && c <= '9') {
        number();
      } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
        name();
      } else {
        String operator = operator();
        depth += "([{".contains(operator) ? 1 : ")]}".contains(operator) ? -1 : 0;
      }
    }
  }

  private void string(char quote) {
    int end = position + 1;
    while (end < template.length() && template.charAt(end) != quote) {
      end += template.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= template.length()) {
      throw Errors.atLine(line, "string is never closed");
    }
    add(Kind.STRING, PythonText.unescape(template.substring(position + 1, end), line));
    advance(end + 1);
  }

  private void number() {
    int end = digits(position);
    Kind kind = Kind.INTEGER;
    boolean afterDot = position > 0 && template.charAt(position - 1) == '.';
    if (!afterDot && at(end) == '.' && Character.isDigit(at(end + 1))) {
      kind = Kind.FLOAT;
      end = digits(end + 1);
    }
    if (at(end) == 'e' || at(end) == 'E') {
      int sign = at(end + 1) == '-' || at(end + 1) == '+' ? 1 : 0;
      if (Character.isDigit(at(end + 1 + sign))) {
        kind = Kind.FLOAT;
        end = digits(end + 1 + sign);
      }
    }
    if (Character.isUnicodeIdentifierPart(at(end)) && at(end) != 0) {
      throw Errors.atLine(line, "numbers such as '%s' are not supported", template.substring(position, end + 1));
    }
    add(kind, template.substring(position, end).replace("_", ""));
    advance(end);
  }

  private int digits(int from) {
    int end = from;
    while (at(end) >= '0' && at(end) <= '9' || at(end) == '_') {
      end++;
    }
    return end;
  }

  private void name() {
    int end = position + 1;
    while (end < template.length() && Character.isUnicodeIdentifierPart(template.charAt(end))) {
      end++;
    }
    add(Kind.NAME, template.substring(position, end));
    advance(end);
  }

  private String operator() {
    for (String operator : OPERATORS) {
      if (template.startsWith(operator, position)) {
        add(Kind.OPERATOR, operator);
        advance(position + operator.length());
        return operator;
      }
    }
    throw Errors.atLine(line, "unexpected character '%s'", template.charAt(position));
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, line));
  }

  private void advance(int end) {
    for (; position < end; position++) {
      if (template.charAt(position) == '\n') {
        line++;
      }
    }
  }

  private char at(int index) {
    return index < template.length() ? template.charAt(index) : 0;
  }
}
