package io.talon.conf;

import static io.talon.TalonException.check;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The effective options of one command: command line over configuration file over defaults, still as text. */
public final class Settings implements TextOptions.Numbers {
  private static final String DATASET = "(dataset)";
  private static final String NO_TIME = "%s must be off or a time such as 500ms, 90s, 5m or 1h: %s";

  private final Map<Key, List<String>> values;

  private Settings(Map<Key, List<String>> values) {
    this.values = values;
  }

  /**
   * Layers the sources.
   *
   * @param commandLine what was typed; an option that was not typed is absent
   * @param confFile a HOCON file with a block {@code talon}, or null
   * @throws TalonException BAD_OPTION for a file that cannot be read and for keys that the command does not know
   */
  public static Settings layered(Command command, Map<Key, List<String>> commandLine, Path confFile) {
    Map<Key, List<String>> values = new EnumMap<>(Key.class);
    for (Key key : Key.of(command)) {
      key.fallback().ifPresent(fallback -> values.put(key, key.repeatable() ? List.of() : List.of(fallback)));
    }
    if (confFile != null) {
      values.putAll(ConfFile.read(confFile, command));
    }
    values.putAll(commandLine);
    return new Settings(Collections.unmodifiableMap(values));
  }

  /**
   * The options of a call on a dataset, over the defaults.
   *
   * @param given values by option; those about files and runs are not known
   * @throws TalonException BAD_OPTION for options that are not known
   */
  public static Settings ofDataset(Map<String, List<String>> given) {
    List<Key> keys = Key.of(Command.GENERATE).stream().filter(key -> !key.concernsRuns()).toList();
    Map<Key, List<String>> named = new EnumMap<>(Key.class);
    given.forEach((label, values) -> named.put(Key.named(label, keys, "a dataset's generator"), values));
    return layered(Command.GENERATE, named, null)
        .with(Key.INPUT, DATASET)
        .with(Key.OUTPUT, DATASET)
        .with(Key.ROUND_STATS, "none");
  }

  /** The same options with another value for one of them. */
  public Settings with(Key key, String text) {
    Map<Key, List<String>> changed = new EnumMap<>(Key.class);
    changed.putAll(values);
    changed.put(key, List.of(text));
    return new Settings(Collections.unmodifiableMap(changed));
  }

  /** The same options with a value for one that has none. */
  public Settings or(Key key, Optional<String> text) {
    return text(key).isPresent() || text.isEmpty() ? this : with(key, text.get());
  }

  /** The text of an option, empty if it has neither value nor default. */
  public Optional<String> text(Key key) {
    List<String> given = values.getOrDefault(key, List.of());
    return given.isEmpty() ? Optional.empty() : Optional.of(given.get(given.size() - 1));
  }

  /** The text of an option that must be given. */
  public String required(Key key) {
    return text(key)
        .orElseThrow(() -> new TalonException(ErrorCode.BAD_OPTION, "--" + key.label() + " " + key.takes() + " is missing"));
  }

  /** All values of a repeatable option. */
  public List<String> texts(Key key) {
    return values.getOrDefault(key, List.of());
  }

  /** The parts of a comma-separated option. */
  public List<String> list(Key key) {
    return Arrays.stream(required(key).split(",")).map(String::trim).filter(part -> !part.isEmpty()).toList();
  }

  public int integer(Key key) {
    return integer(key, required(key));
  }

  /** The parts of a comma-separated option as whole numbers. */
  public List<Integer> integers(Key key) {
    return list(key).stream().map(part -> integer(key, part)).toList();
  }

  public long longInteger(Key key) {
    try {
      return Long.parseLong(required(key));
    } catch (NumberFormatException e) {
      throw notANumber(key, "a whole number", required(key));
    }
  }

  public double decimal(Key key) {
    try {
      double value = Double.parseDouble(required(key));
      check(Double.isFinite(value), ErrorCode.BAD_OPTION, "%s must be a finite number: %s", key.label(), value);
      return value;
    } catch (NumberFormatException e) {
      throw notANumber(key, "a number", required(key));
    }
  }

  /** A time span as {@code 90s}, {@code 5m} or {@code 1h}; zero for {@code off}. */
  public Duration duration(Key key) {
    String text = required(key);
    if (text.equals("off")) {
      return Duration.ZERO;
    }
    try {
      Duration time = ConfigValueFactory.fromAnyRef(text).atKey(key.label()).getDuration(key.label());
      check(
          !time.isZero() && !time.isNegative() && Character.isLetter(text.charAt(text.length() - 1)),
          ErrorCode.BAD_OPTION,
          NO_TIME,
          key.label(),
          text);
      return time;
    } catch (ConfigException e) {
      throw new TalonException(ErrorCode.BAD_OPTION, String.format(NO_TIME, key.label(), text), e);
    }
  }

  /** The options that differ from their defaults, as they would be typed, without secrets. */
  public String changes() {
    return values.entrySet().stream()
        .filter(entry -> !entry.getKey().secret())
        .filter(entry -> !entry.getKey().fallback().map(List::of).equals(Optional.of(entry.getValue())))
        .flatMap(entry -> entry.getValue().stream().map(text -> "--" + entry.getKey().label() + " " + text))
        .collect(Collectors.joining(" "));
  }

  /** The effective options as one JSON object, keys sorted, without secrets; options that have no value are left out. */
  public String toJson() {
    Map<String, Object> object = new TreeMap<>();
    values.forEach((key, given) -> {
      if (!key.secret()) {
        object.put(key.label(), key.repeatable() ? given : given.get(given.size() - 1));
      }
    });
    return ConfigValueFactory.fromMap(object).render(ConfigRenderOptions.concise());
  }

  @Override
  public double decimal(Key key, double absent) {
    return text(key).isPresent() ? decimal(key) : absent;
  }

  @Override
  public int integer(Key key, int absent) {
    return text(key).isPresent() ? integer(key) : absent;
  }

  private static int integer(Key key, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw notANumber(key, "a whole number", text);
    }
  }

  private static TalonException notANumber(Key key, String rule, String text) {
    return new TalonException(ErrorCode.BAD_OPTION, String.format("%s must be %s: %s", key.label(), rule, text));
  }
}
