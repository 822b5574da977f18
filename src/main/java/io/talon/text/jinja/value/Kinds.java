package io.talon.text.jinja.value;

import io.talon.TalonException;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** The values of a template for which Java has no type of its own. */
public final class Kinds {
  private Kinds() {}

  /** What a template can call. */
  @FunctionalInterface
  public interface Callable {
    Object call(Arguments arguments);
  }

  /** The value of a variable, attribute or item that does not exist: false, empty, prints as nothing; all else fails. */
  public record Undefined(String what) {
    public TalonException error() {
      return Errors.at("%s is undefined", what);
    }

    /** All undefined values are equal, as in Jinja. */
    @Override
    public boolean equals(Object other) {
      return other instanceof Undefined;
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }

  /** A Python tuple: a list that never equals a list. */
  public static final class Tuple extends AbstractList<Object> {
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

  /** What can be iterated and counted but neither indexed nor printed: a range, the keys, values or items of a dict. */
  public record View(List<Object> items) {}

  /** What can be iterated once and is always true: the result of map, select and the like. */
  public record Generator(Iterator<Object> items) {
    public static Generator of(List<Object> items) {
      return new Generator(items.iterator());
    }
  }

  /** Text marked by the filter {@code safe}: it can be printed; all else would escape and is not supported. */
  public record Markup(String text) {}
}
