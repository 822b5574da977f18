package io.talon.request;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.Key;
import io.talon.conf.TextOptions;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The options that a row may set for itself; absent ones and nulls leave the run's.
 *
 * @param maxNewTokens names of the field that limits the tokens, the first that is there counts
 */
record TextOverrides(List<String> maxNewTokens) {
  /** As columns of the input, named as the columns of the generations. */
  static final TextOverrides COLUMNS = new TextOverrides(List.of("max_new_tokens"));
  /** As fields of a chat completion's body. */
  static final TextOverrides BODY = new TextOverrides(List.of("max_completion_tokens", "max_tokens"));

  private static final List<String> OTHERS = List.of("seed", "stop", "n");

  /** Names of all fields. */
  List<String> names() {
    Stream<String> sampling = TextOptions.SAMPLING.stream().map(TextOverrides::field);
    return Stream.of(maxNewTokens.stream(), sampling, OTHERS.stream()).flatMap(names -> names).toList();
  }

  /** The options of a row of which some fields count; BAD_PROMPT when it sets one to what cannot be. */
  TextOptions apply(JsonNode row, List<String> counting, TextOptions defaults) {
    return counting.isEmpty() ? defaults : apply(((ObjectNode) row).deepCopy().retain(counting), defaults);
  }

  /** The options of a row; BAD_PROMPT when it sets one to what cannot be. */
  TextOptions apply(JsonNode row, TextOptions defaults) {
    try {
      return new TextOptions(
          integer(row, maxNewTokens.stream().filter(row::hasNonNull).findFirst().orElse(""), defaults.maxNewTokens()),
          TextOptions.sampling(new RowNumbers(row), defaults.sampling()),
          stop(row, defaults.stop()),
          integer(row, "n", defaults.samples()),
          wholeNumber(row, "seed", defaults.seed()),
          defaults.maxSamples());
    } catch (TalonException e) {
      throw e.code() == ErrorCode.BAD_PROMPT ? e : new TalonException(ErrorCode.BAD_PROMPT, e.getMessage(), e);
    }
  }

  /** The numbers of a row, under the names of the options. */
  private record RowNumbers(JsonNode row) implements TextOptions.Numbers {
    @Override
    public double decimal(Key key, double absent) {
      return TextOverrides.decimal(row, field(key), absent);
    }

    @Override
    public int integer(Key key, int absent) {
      return TextOverrides.integer(row, field(key), absent);
    }
  }

  private static String field(Key key) {
    return key.label().replace('-', '_');
  }

  private static int integer(JsonNode row, String field, int absent) {
    long value = wholeNumber(row, field, absent);
    check((int) value == value, ErrorCode.BAD_PROMPT, "%s is too large: %s", field, value);
    return (int) value;
  }

  private static long wholeNumber(JsonNode row, String field, long absent) {
    if (!row.hasNonNull(field)) {
      return absent;
    }
    JsonNode value = number(row.get(field));
    check(
        value.canConvertToExactIntegral() && value.canConvertToLong(),
        ErrorCode.BAD_PROMPT,
        "%s must be a whole number: %s",
        field,
        value);
    return value.longValue();
  }

  /** Columns of a CSV file are texts. */
  private static JsonNode number(JsonNode value) {
    try {
      return value.isTextual() ? DecimalNode.valueOf(new BigDecimal(value.textValue().strip())) : value;
    } catch (NumberFormatException e) {
      return value; // which is refused with what was expected
    }
  }

  private static double decimal(JsonNode row, String field, double absent) {
    if (!row.hasNonNull(field)) {
      return absent;
    }
    JsonNode value = number(row.get(field));
    check(value.isNumber(), ErrorCode.BAD_PROMPT, "%s must be a number: %s", field, value);
    return value.doubleValue();
  }

  private static List<String> stop(JsonNode row, List<String> absent) {
    if (!row.hasNonNull("stop")) {
      return absent;
    }
    JsonNode value = row.get("stop");
    List<String> stop = new ArrayList<>();
    for (JsonNode text : value.isArray() ? value : List.of(value)) {
      check(text.isTextual(), ErrorCode.BAD_PROMPT, "stop must be a string or a list of strings: %s", value);
      stop.add(text.textValue());
    }
    return stop;
  }
}
