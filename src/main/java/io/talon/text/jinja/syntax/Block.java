package io.talon.text.jinja.syntax;

import java.util.List;

/** Statements in order. */
public record Block(List<Statement> statements) {
  public Flow execute(Scope scope, StringBuilder out) {
    for (Statement statement : statements) {
      Flow flow = statement.execute(scope, out);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }
}
