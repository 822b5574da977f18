package io.talon.text.jinja.library;

import io.talon.text.jinja.value.Arguments;
import io.talon.text.jinja.value.Errors;
import io.talon.text.jinja.value.Kinds.Callable;
import io.talon.text.jinja.value.Kinds.View;
import io.talon.text.jinja.value.Values;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions that every template can call. */
public final class Globals {
  private static final int LONGEST_RANGE = 100_000; // the sandbox's own limit

  private Globals() {}

  public static Map<String, Object> functions(Clock clock) {
    Map<String, Object> functions = new LinkedHashMap<>();
    put(functions, "range", Globals::range);
    put(functions, "namespace", Namespace::of);
    put(functions, "dict", Globals::dict);
    put(functions, "raise_exception", Globals::raise);
    put(functions, "strftime_now", arguments -> Strftime.format(
        ZonedDateTime.now(clock), arguments.accept("strftime_now", List.of("format")).text(0, "format")));
    for (String name : List.of("cycler", "joiner", "lipsum")) {
      put(functions, name, arguments -> {
        throw Errors.at("function '%s' is not supported", name);
      });
    }
    return functions;
  }

  private static void put(Map<String, Object> functions, String name, Callable function) {
    functions.put(name, function);
  }

  /** {@code dict(mapping, key=value, ...)}. */
  public static Map<String, Object> dict(Arguments arguments) {
    Map<String, Object> dict = new LinkedHashMap<>();
    for (Object argument : arguments.positional()) {
      if (!(argument instanceof Map<?, ?> map) || arguments.positional().size() > 1) {
        throw Errors.at("dict and namespace take one dict at most and named values");
      }
      map.forEach((key, value) -> dict.put(Values.string(key), value));
    }
    dict.putAll(arguments.named());
    return dict;
  }

  private static Object range(Arguments arguments) {
    arguments.accept("range", List.of("start", "stop", "step"));
    boolean single = !arguments.has(1, "stop");
    int start = single ? 0 : arguments.number(0, "start", 0);
    int stop = single ? arguments.number(0, "start", 0) : arguments.number(1, "stop", 0);
    int step = arguments.number(2, "step", 1);
    if (step == 0) {
      throw Errors.at("the step of a range cannot be zero");
    }
    List<Object> items = new ArrayList<>();
    for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
      if (items.size() == LONGEST_RANGE) {
        throw Errors.at("a range has at most %s items", LONGEST_RANGE);
      }
      items.add(i);
    }
    return new View(items);
  }

  private static Object raise(Arguments arguments) {
    throw Errors.at("the template refuses the conversation: %s", Values.string(arguments.require(0, "message")));
  }

  /** The result of {@code namespace()}: attributes that inner scopes may set. */
  public record Namespace(Map<String, Object> attributes) {
    public static Namespace of(Arguments arguments) {
      return new Namespace(new LinkedHashMap<>(Globals.dict(arguments)));
    }
  }
}
