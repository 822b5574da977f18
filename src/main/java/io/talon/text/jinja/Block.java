package io.talon.text.jinja;

import java.util.List;

/** Statements in order. */
record Block(List<Statement> statements) {
  Flow execute(Scope scope, StringBuilder out) {
    for (Statement statement : statements) {
      Flow flow = statement.execute(scope, out);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }
}
