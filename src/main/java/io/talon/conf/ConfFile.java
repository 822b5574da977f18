package io.talon.conf;

import static io.talon.TalonException.check;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the block {@code talon} of a HOCON file. */
final class ConfFile {
  private static final String BLOCK = "talon";

  private ConfFile() {}

  static Map<Key, List<String>> read(Path file, Command command) {
    check(Files.isReadable(file), ErrorCode.BAD_OPTION, "conf-file must be a readable file: %s", file);
    Config config;
    try {
      config = ConfigFactory.parseFile(file.toFile()).resolve();
    } catch (ConfigException e) {
      throw new TalonException(ErrorCode.BAD_OPTION, "conf-file is not valid HOCON: " + e.getMessage(), e);
    }
    check(
        config.hasPath(BLOCK) && config.getValue(BLOCK).valueType() == ConfigValueType.OBJECT,
        ErrorCode.BAD_OPTION,
        "conf-file must have a block talon { ... }: %s",
        file);
    Map<Key, List<String>> values = new EnumMap<>(Key.class);
    config.getObject(BLOCK).forEach((label, value) -> {
      Key key = known(label, command, file);
      values.put(key, texts(key, value));
    });
    return values;
  }

  private static Key known(String label, Command command, Path file) {
    try {
      return Key.named(label, Key.of(command), command.name().toLowerCase(Locale.ROOT));
    } catch (TalonException e) {
      throw new TalonException(e.code(), e.getMessage() + ": " + file, e);
    }
  }

  private static List<String> texts(Key key, ConfigValue value) {
    if (value.valueType() == ConfigValueType.LIST) {
      List<String> parts = ((ConfigList) value).stream().map(part -> scalar(key, part)).toList();
      return key.repeatable() ? parts : List.of(String.join(",", parts));
    }
    return List.of(scalar(key, value));
  }

  private static String scalar(Key key, ConfigValue value) {
    check(
        value.valueType() == ConfigValueType.STRING
            || value.valueType() == ConfigValueType.NUMBER
            || value.valueType() == ConfigValueType.BOOLEAN,
        ErrorCode.BAD_OPTION,
        "%s must be %s, not an object or a nested list: %s",
        key.label(),
        key.takes(),
        value.render());
    return value.unwrapped().toString();
  }
}
