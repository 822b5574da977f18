package io.talon.text.jinja.value;

import io.talon.text.jinja.value.Kinds.Callable;
import io.talon.text.jinja.value.Kinds.Undefined;
import java.util.List;

/** The variable {@code loop} inside a for loop. */
public final class Loop {
  private final List<Object> items;
  private int index;

  public Loop(List<Object> items) {
    this.items = items;
  }

  public void at(int newIndex) {
    index = newIndex;
  }

  public Object attribute(String name) {
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) items.size() - index;
      case "revindex0" -> items.size() - index - 1L;
      case "first" -> index == 0;
      case "last" -> index == items.size() - 1;
      case "length" -> (long) items.size();
      case "depth" -> 1L; // only recursive loops, which are not supported, go deeper
      case "depth0" -> 0L;
      case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("loop.previtem of the first item");
      case "nextitem" -> index + 1 < items.size() ? items.get(index + 1) : new Undefined("loop.nextitem of the last item");
      case "cycle" -> {
        Callable cycle = arguments -> arguments.positional().get(index % arguments.positional().size());
        yield cycle;
      }
      default -> throw Errors.at("loop.%s is not supported", name);
    };
  }
}
