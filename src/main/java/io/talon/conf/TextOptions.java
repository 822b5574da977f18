package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.io.Serializable;
import java.util.List;

/**
 * What shapes the texts; together with the target model and the prompts it determines them.
 *
 * @param temperature 0 for greedy decoding
 * @param topP 1 for all tokens
 * @param topK 0 for all tokens
 * @param minP 0 for no floor
 * @param stop texts that end a generation
 * @param samples generations per prompt
 */
public record TextOptions(
    int maxNewTokens, double temperature, double topP, int topK, double minP, List<String> stop, int samples, long seed)
    implements Serializable {
  public TextOptions {
    check(maxNewTokens >= 1, ErrorCode.BAD_OPTION, "max-new-tokens must be 1 or more: %s", maxNewTokens);
    check(temperature >= 0 && temperature <= 100, ErrorCode.BAD_OPTION, "temperature must be in [0, 100]: %s", temperature);
    check(topP > 0 && topP <= 1, ErrorCode.BAD_OPTION, "top-p must be in (0, 1]: %s", topP);
    check(topK >= 0, ErrorCode.BAD_OPTION, "top-k must be 0 (off) or more: %s", topK);
    check(minP >= 0 && minP < 1, ErrorCode.BAD_OPTION, "min-p must be in [0, 1): %s", minP);
    check(samples >= 1, ErrorCode.BAD_OPTION, "samples must be 1 or more: %s", samples);
    for (String text : stop) {
      check(!text.isEmpty(), ErrorCode.BAD_OPTION, "stop must not be empty: \"%s\"", text);
    }
    stop = List.copyOf(stop);
  }

  static TextOptions of(int samples, Settings settings) {
    return new TextOptions(
        settings.integer(Key.MAX_NEW_TOKENS),
        settings.decimal(Key.TEMPERATURE),
        settings.decimal(Key.TOP_P),
        settings.integer(Key.TOP_K),
        settings.decimal(Key.MIN_P),
        settings.texts(Key.STOP),
        samples,
        settings.longInteger(Key.SEED));
  }
}
