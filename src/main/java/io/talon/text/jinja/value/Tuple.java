package io.talon.text.jinja.value;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;

/** A Python tuple: a list that never equals a list. */
public final class Tuple extends AbstractList<Object> {
  private final List<Object> items;

  public Tuple(List<Object> items) {
    this.items = items;
  }

  public static Tuple of(Object first, Object second) {
    return new Tuple(Arrays.asList(first, second));
  }

  @Override
  public Object get(int index) {
    return items.get(index);
  }

  @Override
  public int size() {
    return items.size();
  }
}
