package io.talon.text.jinja.syntax;

import io.talon.text.jinja.syntax.Token.Kind;
import io.talon.text.jinja.value.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses text, outputs and tags. */
public final class TemplateParser {
  /**
   * What was parsed.
   *
   * @param free the variables that have to come from outside; functions that every template can call count among them
   */
  public record Parsed(Block body, Set<String> free) {}

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int loops; // open around the current tag

  private TemplateParser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  public static Parsed parse(String template) {
    TokenStream tokens = new TokenStream(Lexer.tokens(template));
    Block body = new TemplateParser(tokens).block(Set.of());
    return new Parsed(body, tokens.free());
  }

  /** Statements up to a tag of one of these names, which is left to be read; up to the end for none. */
  private Block block(Set<String> ends) {
    List<Statement> statements = new ArrayList<>();
    while (!tokens.at(Kind.END)) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> statements.add(new Statement.Text(token.text()));
        case OUTPUT_BEGIN -> {
          statements.add(new Statement.Output(token.line(), expressions.tuple()));
          tokens.expect(Kind.OUTPUT_END);
        }
        default -> {
          if (tokens.at(Kind.NAME) && ends.contains(tokens.peek().text())) {
            return new Block(statements);
          }
          statements.add(tag(tokens.expect(Kind.NAME)));
        }
      }
    }
    if (!ends.isEmpty()) {
      throw tokens.unexpected("one of the tags " + ends.stream().sorted().toList());
    }
    return new Block(statements);
  }

  private Statement tag(Token name) {
    return switch (name.text()) {
      case "if" -> conditional(name);
      case "for" -> loop(name);
      case "set" -> assignment(name);
      case "macro" -> macro();
      case "generation" -> {
        endTag();
        yield new Statement.Generation(isolated("endgeneration"));
      }
      case "break" -> jump(name, Flow.BREAK);
      case "continue" -> jump(name, Flow.CONTINUE);
      default -> throw Errors.atLine(name.line(), "tag '%s' is not supported here", name.text());
    };
  }

  private void endTag() {
    tokens.expect(Kind.BLOCK_END);
  }

  /** A body that loop controls cannot leave, with its end tag. */
  private Block isolated(String end) {
    int outer = loops;
    loops = 0;
    Block body = closed(end);
    loops = outer;
    return body;
  }

  private Block closed(String end) {
    Block body = block(Set.of(end));
    tokens.expectName(end);
    endTag();
    return body;
  }

  private Statement conditional(Token tag) {
    Expression test = expressions.expression();
    endTag();
    Block then = block(Set.of("elif", "else", "endif"));
    Token end = tokens.next();
    Block otherwise = new Block(List.of());
    if (end.isName("elif")) {
      otherwise = new Block(List.of(conditional(end)));
    } else if (end.isName("else")) {
      endTag();
      otherwise = closed("endif");
    } else {
      endTag();
    }
    return new Statement.If(tag.line(), test, then, otherwise);
  }

  private Statement loop(Token tag) {
    tokens.binds("loop");
    Target target = target();
    tokens.expectName("in");
    Expression items = expressions.or();
    Expression filter = tokens.skipName("if") ? expressions.expression() : null;
    if (tokens.peek().isName("recursive")) {
      throw Errors.atLine(tag.line(), "'recursive' loops are not supported");
    }
    endTag();
    loops++;
    Block body = block(Set.of("else", "endfor"));
    loops--;
    Block otherwise = new Block(List.of());
    if (tokens.skipName("else")) {
      endTag();
      otherwise = closed("endfor");
    } else {
      tokens.expectName("endfor");
      endTag();
    }
    return new Statement.For(tag.line(), target, items, filter, body, otherwise);
  }

  private Statement assignment(Token tag) {
    Target target = target();
    if (tokens.skipOperator("=")) {
      Expression value = expressions.tuple();
      endTag();
      return new Statement.Set(tag.line(), target, value);
    }
    Expression filtered = expressions.filters(new Expression.Name(Statement.SetBlock.BODY));
    endTag();
    return new Statement.SetBlock(tag.line(), target, filtered, isolated("endset"));
  }

  /** One name, an attribute of a namespace, or several of these with commas between them. */
  private Target target() {
    boolean parenthesised = tokens.skipOperator("(");
    List<Target> targets = new ArrayList<>(List.of(singleTarget()));
    while (tokens.skipOperator(",")) {
      targets.add(singleTarget());
    }
    if (parenthesised) {
      tokens.expectOperator(")");
    }
    return targets.size() == 1 ? targets.get(0) : new Target.Unpacking(targets);
  }

  private Target singleTarget() {
    String name = tokens.expect(Kind.NAME).text();
    if (tokens.skipOperator(".")) {
      return new Target.NamespaceAttribute(name, tokens.expect(Kind.NAME).text());
    }
    tokens.binds(name);
    return new Target.Variable(name);
  }

  private Statement macro() {
    String name = tokens.expect(Kind.NAME).text();
    tokens.binds(name);
    tokens.expectOperator("(");
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    while (!tokens.skipOperator(")")) {
      parameters.add(tokens.expect(Kind.NAME).text());
      tokens.binds(parameters.get(parameters.size() - 1));
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.unexpected("a default value, as the parameter before has one,");
      }
      tokens.commaUnlessAt(")");
    }
    endTag();
    return new Statement.MacroDefinition(name, parameters, defaults, isolated("endmacro"));
  }

  private Statement jump(Token tag, Flow flow) {
    if (loops == 0) {
      throw Errors.atLine(tag.line(), "'%s' outside a loop is not supported", tag.text());
    }
    endTag();
    return new Statement.Jump(flow);
  }
}
