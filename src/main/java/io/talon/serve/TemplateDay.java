package io.talon.serve;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** The day that a chat template writes into prompts, if it writes any. */
public final class TemplateDay {
  private static final List<String> TEMPLATES = List.of("chat_template.jinja", "tokenizer_config.json");
  private static final String CLOCK = "strftime_now"; // the only way for a template to see a clock

  private TemplateDay() {}

  /**
   * The day in UTC, nothing where the model's template does not ask for it.
   *
   * @param now what templates take for the time
   */
  public static String of(Path model, Instant now) {
    try {
      for (String name : TEMPLATES) {
        Path file = model.resolve(name);
        if (Files.exists(file) && Files.readString(file).contains(CLOCK)) {
          return now.atZone(ZoneOffset.UTC).toLocalDate().toString();
        }
      }
      return "";
    } catch (IOException e) {
      throw new TalonException(ErrorCode.CHAT_TEMPLATE,
          "cannot read the template in " + model + ": " + TalonException.firstLine(e), e);
    }
  }
}
