package io.talon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.TalonException;
import java.io.PrintStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code talon inspect}: shows what one or two model directories hold, and whether the two fit. */
final class Inspection {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN_REFERENCE = 40;

  private final List<ModelFacts> models;
  private String relation; // null unless there are two that fit
  private TalonException misfit; // null unless there are two that do not

  /**
   * @param models one or two
   */
  Inspection(List<ModelFacts> models) {
    this.models = models;
    if (models.size() == 2) {
      try {
        relation = ModelFacts.checkPair(models.get(0), models.get(1));
      } catch (TalonException e) {
        misfit = e;
      }
    }
  }

  /** Prints a table. */
  void print(PrintStream out) {
    Set<String> names = new LinkedHashSet<>();
    models.forEach(model -> model.facts().keySet().stream().filter(name -> !name.equals(ModelFacts.FILES)).forEach(names::add));
    Set<String> files = new LinkedHashSet<>();
    models.forEach(model -> files.addAll(filesOf(model).keySet()));
    TextTable<String> facts = new TextTable<String>().text("", name -> name.replace('_', ' '));
    TextTable<String> sizes = new TextTable<String>().text("file", name -> name);
    for (ModelFacts model : models) {
      facts.text(shortened(model.reference()), name -> shown(model.facts().get(name)));
      sizes.text(shortened(model.reference()), name -> size(filesOf(model).get(name)));
    }
    out.println(facts.print(List.copyOf(names)));
    out.println(sizes.print(List.copyOf(files)));
    if (relation != null) {
      out.println("the two fit: " + relation);
    }
  }

  /** Prints one JSON object. */
  void printJson(PrintStream out) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode array = root.putArray("models");
    for (ModelFacts model : models) {
      ObjectNode node = array.addObject().put("reference", model.reference());
      model.facts().forEach((name, value) -> node.set(name, JSON.valueToTree(value)));
    }
    if (models.size() == 2) {
      ObjectNode pair = root.putObject("pair").put("fits", misfit == null).put("relation", relation);
      pair.put("error_code", misfit == null ? null : misfit.code().name());
      pair.put("error_message", misfit == null ? null : misfit.getMessage());
    }
    try {
      out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root));
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree can be written", e);
    }
  }

  /** Throws what keeps the two from fitting. */
  void checkFits() {
    if (misfit != null) {
      throw misfit;
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Long> filesOf(ModelFacts model) {
    return (Map<String, Long>) model.facts().get(ModelFacts.FILES);
  }

  private static String shown(Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof Boolean flag) {
      return flag ? "yes" : "no";
    }
    if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + " " + shown(entry.getValue()))
          .collect(Collectors.joining(", "));
    }
    return value instanceof Number number && number.doubleValue() == Math.rint(number.doubleValue())
        ? String.format(Locale.ROOT, "%,d", number.longValue())
        : String.valueOf(value);
  }

  private static String size(Long bytes) {
    if (bytes == null) {
      return "";
    }
    return bytes < 1 << 20
        ? String.format(Locale.ROOT, "%,d bytes", bytes)
        : String.format(Locale.ROOT, "%,.1f MiB", bytes / 1048576.0);
  }

  private static String shortened(String reference) {
    int length = reference.length();
    return length <= SHOWN_REFERENCE ? reference : "..." + reference.substring(length - SHOWN_REFERENCE);
  }
}
