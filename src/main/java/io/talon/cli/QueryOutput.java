package io.talon.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.job.insight.QueryResult;
import java.io.PrintStream;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How the rows of a query are printed. */
enum QueryOutput {
  /** For reading: long values are cut, and rows beyond the first thousand left out, with a word about it. */
  TABLE {
    @Override
    void print(QueryResult result, PrintStream out) {
      Iterator<List<Object>> rows = result.rows();
      List<List<Object>> shown = new ArrayList<>();
      while (rows.hasNext() && shown.size() < MOST_ROWS) {
        shown.add(rows.next());
      }
      TextTable<List<Object>> table = new TextTable<>();
      IntStream.range(0, result.columns().size()).forEach(i -> {
        boolean figures = shown.stream().map(row -> row.get(i)).allMatch(value -> value == null || value instanceof Number);
        String name = result.columns().get(i);
        if (figures && !shown.isEmpty()) {
          table.figure(name, row -> cut(row.get(i)));
        } else {
          table.text(name, row -> cut(row.get(i)));
        }
      });
      out.println(table.print(shown));
      if (rows.hasNext()) {
        out.println("there are more than " + MOST_ROWS + " rows; --csv and --json print all of them");
      }
    }
  },
  /** RFC 4180 with a line of names; null is nothing, lists are JSON. */
  CSV {
    @Override
    void print(QueryResult result, PrintStream out) {
      out.println(result.columns().stream().map(QueryOutput::quoted).collect(Collectors.joining(",")));
      result.rows()
          .forEachRemaining(
              row -> out.println(row.stream().map(value -> quoted(text(value))).collect(Collectors.joining(","))));
    }
  },
  /** A table of Markdown, all rows. */
  MARKDOWN {
    @Override
    void print(QueryResult result, PrintStream out) {
      out.println(line(result.columns()));
      out.println(line(result.columns().stream().map(name -> "---").toList()));
      result.rows().forEachRemaining(row -> out.println(line(row)));
    }

    private String line(List<?> cells) {
      return cells.stream()
          .map(cell -> text(cell).replaceAll("\\s+", " ").replace("|", "\\|"))
          .collect(Collectors.joining(" | ", "| ", " |"));
    }
  },
  /** One object per row. */
  JSON {
    @Override
    void print(QueryResult result, PrintStream out) {
      List<String> columns = result.columns();
      result.rows().forEachRemaining(row -> {
        ObjectNode node = MAPPER.createObjectNode();
        for (int i = 0; i < columns.size(); i++) {
          Object value = row.get(i) instanceof Timestamp time ? time.toInstant().toString() : row.get(i);
          node.set(columns.get(i), MAPPER.valueToTree(value));
        }
        out.println(node);
      });
    }
  };

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST_ROWS = 1000;
  private static final int MOST_CHARACTERS = 60;

  abstract void print(QueryResult result, PrintStream out);

  static String text(Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof Timestamp time) {
      return time.toInstant().toString();
    }
    return value instanceof List<?> list ? MAPPER.valueToTree(list).toString() : value.toString();
  }

  private static String cut(Object value) {
    String line = text(value).replaceAll("\\s+", " ");
    return line.length() <= MOST_CHARACTERS ? line : line.substring(0, MOST_CHARACTERS - 3) + "...";
  }

  private static String quoted(String text) {
    return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
