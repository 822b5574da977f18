package io.talon.text.jinja.value;

import java.util.Iterator;
import java.util.List;

/** What can be iterated once and is always true: the result of map, select and the like. */
public record Generator(Iterator<Object> items) {
  public static Generator of(List<Object> items) {
    return new Generator(items.iterator());
  }
}
