package io.talon.text.jinja.library;

import io.talon.text.jinja.value.Errors;
import io.talon.text.jinja.value.Kinds.Tuple;
import io.talon.text.jinja.value.Kinds.Undefined;
import io.talon.text.jinja.value.Values;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Python's binary operators and comparisons. */
public final class Operators {
  private Operators() {}

  public static Object arithmetic(String operator, Object left, Object right) {
    refuseUndefined(left);
    refuseUndefined(right);
    try {
      if (number(left) && number(right)) {
        return left instanceof Double || right instanceof Double
            ? reals(operator, real(left), real(right))
            : integers(operator, integer(left), integer(right));
      }
    } catch (ArithmeticException e) {
      throw Errors.at("%s %s %s: the result is too large", Values.repr(left), operator, Values.repr(right));
    }
    if (operator.equals("+") && left instanceof String a && right instanceof String b) {
      return a + b;
    }
    if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b && tuple(left) == tuple(right)) {
      List<Object> both = new ArrayList<>(a);
      both.addAll(b);
      return tuple(left) ? new Tuple(both) : both;
    }
    if (operator.equals("*") && (integral(left) || integral(right))) {
      return integral(right) ? repeated(left, integer(right)) : repeated(right, integer(left));
    }
    throw Errors.at("'%s' is not supported between '%s' and '%s'", operator, Values.typeName(left), Values.typeName(right));
  }

  private static Object repeated(Object value, long times) {
    int count = (int) Math.max(0, times);
    if (value instanceof String text) {
      return text.repeat(count);
    }
    if (value instanceof List<?> list) {
      List<Object> out = new ArrayList<>();
      Collections.nCopies(count, list).forEach(out::addAll);
      return tuple(value) ? new Tuple(out) : out;
    }
    throw Errors.at("'*' is not supported between '%s' and 'int'", Values.typeName(value));
  }

  private static Object integers(String operator, long a, long b) {
    return switch (operator) {
      case "+" -> Math.addExact(a, b);
      case "-" -> Math.subtractExact(a, b);
      case "*" -> Math.multiplyExact(a, b);
      case "/" -> a / nonZero((double) b);
      case "//" -> Math.floorDiv(a, nonZero(b));
      case "%" -> Math.floorMod(a, nonZero(b));
      case "**" -> b < 0
          ? (Object) Math.pow(a, b)
          : (Object) BigInteger.valueOf(a).pow(Math.toIntExact(Math.min(b, 1 << 16))).longValueExact();
      default -> throw new AssertionError(operator);
    };
  }

  private static Object reals(String operator, double a, double b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / nonZero(b);
      case "//" -> Math.floor(a / nonZero(b));
      case "%" -> a - Math.floor(a / nonZero(b)) * b;
      case "**" -> Math.pow(a, b);
      default -> throw new AssertionError(operator);
    };
  }

  private static double nonZero(double divisor) {
    if (divisor == 0) {
      throw Errors.at("division by zero");
    }
    return divisor;
  }

  private static long nonZero(long divisor) {
    if (divisor == 0) {
      throw Errors.at("division by zero");
    }
    return divisor;
  }

  public static Object negative(Object value) {
    return value instanceof Double number ? (Object) (-number) : arithmetic("-", 0L, value);
  }

  public static boolean compare(String operator, Object left, Object right) {
    return switch (operator) {
      case "==" -> equal(left, right);
      case "!=" -> !equal(left, right);
      case "in" -> contains(right, left);
      case "not in" -> !contains(right, left);
      case "<" -> order(operator, left, right) < 0;
      case "<=" -> order(operator, left, right) <= 0;
      case ">" -> order(operator, left, right) > 0;
      case ">=" -> order(operator, left, right) >= 0;
      default -> throw new AssertionError(operator);
    };
  }

  static boolean equal(Object left, Object right) {
    if (number(left) && number(right)) {
      return left instanceof Double || right instanceof Double ? real(left) == real(right) : integer(left) == integer(right);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      return tuple(left) == tuple(right) && a.size() == b.size() && equalItems(a.iterator(), b.iterator());
    }
    if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      return a.size() == b.size()
          && a.entrySet().stream().allMatch(e -> b.containsKey(e.getKey()) && equal(e.getValue(), b.get(e.getKey())));
    }
    return Objects.equals(left, right);
  }

  private static boolean equalItems(Iterator<?> left, Iterator<?> right) {
    while (left.hasNext()) {
      if (!equal(left.next(), right.next())) {
        return false;
      }
    }
    return true;
  }

  /** Order as Python's sort and comparisons see it. */
  static int order(String operator, Object left, Object right) {
    refuseUndefined(left);
    refuseUndefined(right);
    if (integral(left) && integral(right)) {
      return Long.compare(integer(left), integer(right));
    }
    if (number(left) && number(right)) {
      return Double.compare(real(left), real(right));
    }
    if (left instanceof String a && right instanceof String b) {
      return orderOfCodePoints(a, b);
    }
    throw Errors.at("'%s' is not supported between '%s' and '%s'", operator, Values.typeName(left), Values.typeName(right));
  }

  private static int orderOfCodePoints(String a, String b) {
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    return Arrays.compare(left, right);
  }

  private static boolean contains(Object container, Object item) {
    if (container instanceof String text) {
      if (item instanceof String part) {
        return text.contains(part);
      }
      throw Errors.at("'in <string>' needs a string on its left, found %s", Values.typeName(item));
    }
    return Values.items(container).stream().anyMatch(other -> equal(other, item));
  }

  /** Whether Python takes the value for a number; True and False are. */
  static boolean number(Object value) {
    return value instanceof Double || integral(value);
  }

  private static boolean integral(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  private static boolean tuple(Object value) {
    return value instanceof Tuple;
  }

  static long integer(Object value) {
    return value instanceof Boolean flag ? flag ? 1 : 0 : (Long) value;
  }

  private static double real(Object value) {
    return value instanceof Double number ? number : integer(value);
  }

  private static void refuseUndefined(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
  }
}
