package io.talon.text.jinja;

import java.util.Iterator;
import java.util.List;

/** What can be iterated once and is always true: the result of map, select and the like. */
record Generator(Iterator<Object> items) {
  static Generator of(List<Object> items) {
    return new Generator(items.iterator());
  }
}
