package io.talon.text.jinja.library;

import io.talon.text.jinja.library.Globals.Namespace;
import io.talon.text.jinja.value.Errors;
import io.talon.text.jinja.value.Kinds.Callable;
import io.talon.text.jinja.value.Kinds.Generator;
import io.talon.text.jinja.value.Kinds.Markup;
import io.talon.text.jinja.value.Kinds.Tuple;
import io.talon.text.jinja.value.Kinds.Undefined;
import io.talon.text.jinja.value.Kinds.View;
import io.talon.text.jinja.value.Loop;
import io.talon.text.jinja.value.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Attributes, items and slices of values. */
public final class Access {
  private Access() {}

  /** {@code object.name}: methods go before the items of a dict. */
  public static Object attribute(Object object, String name) {
    if (object instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (object instanceof Namespace namespace) {
      return namespace.attributes().getOrDefault(name, missing(object, name));
    }
    if (object instanceof Loop loop) {
      return loop.attribute(name);
    }
    if (Methods.has(object, name)) {
      Callable method = arguments -> Methods.call(object, name, arguments);
      return method;
    }
    if (object instanceof Map<?, ?> map && map.containsKey(name)) {
      return map.get(name);
    }
    return missing(object, name);
  }

  /** {@code object[key]}: the items of a dict go before its methods. */
  public static Object item(Object object, Object key) {
    if (object instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (object instanceof Map<?, ?> map && map.containsKey(key)) {
      return map.get(key);
    }
    refuseOpaque(object);
    if (key instanceof Long index && (object instanceof List<?> || object instanceof String)) {
      List<Object> items = Values.items(object);
      long at = index < 0 ? index + items.size() : index;
      return at >= 0 && at < items.size() ? items.get((int) at) : missing(object, index.toString());
    }
    return key instanceof String name ? attribute(object, name) : missing(object, Values.typeName(key) + " key");
  }

  /** {@code object[start:stop:step]}; none where a bound is left out. */
  public static Object slice(Object object, Object start, Object stop, Object step) {
    if (object instanceof Undefined undefined) {
      throw undefined.error();
    }
    refuseOpaque(object);
    if (!(object instanceof List<?> || object instanceof String)) {
      throw Errors.at("'%s' object cannot be sliced", Values.typeName(object));
    }
    List<Object> items = Values.items(object);
    long stride = step == null ? 1 : bound(step);
    if (stride == 0) {
      throw Errors.at("slice step cannot be zero");
    }
    int size = items.size();
    long lowest = stride > 0 ? 0 : -1;
    long highest = stride > 0 ? size : size - 1L;
    long from = start == null ? (stride > 0 ? lowest : highest) : clamp(bound(start), size, lowest, highest);
    long to = stop == null ? (stride > 0 ? highest : lowest) : clamp(bound(stop), size, lowest, highest);
    List<Object> out = new ArrayList<>();
    for (long i = from; stride > 0 ? i < to : i > to; i += stride) {
      out.add(items.get((int) i));
    }
    if (object instanceof String) {
      StringBuilder text = new StringBuilder();
      out.forEach(text::append);
      return text.toString();
    }
    return object instanceof Tuple ? new Tuple(out) : out;
  }

  private static void refuseOpaque(Object object) {
    if (object instanceof View || object instanceof Generator || object instanceof Markup) {
      throw Errors.at("indexing an object of type '%s' is not supported", Values.typeName(object));
    }
  }

  private static long clamp(long bound, int size, long lowest, long highest) {
    return Math.max(lowest, Math.min(highest, bound < 0 ? bound + size : bound));
  }

  private static long bound(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    throw Errors.at("slice bounds must be whole numbers, found %s", Values.typeName(value));
  }

  private static Undefined missing(Object object, String name) {
    return new Undefined(String.format("'%s' of '%s' object", name, Values.typeName(object)));
  }
}
