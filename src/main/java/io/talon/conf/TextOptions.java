package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.engine.Noise;
import io.talon.engine.Sampling;
import java.io.Serializable;
import java.util.List;

/**
 * What shapes the texts; together with the target model and the prompts it determines them.
 *
 * @param sampling how tokens are chosen; the seed of a row is still to come
 * @param stop texts that end a generation
 * @param samples generations per prompt
 * @param maxSamples of a row that asks for a number of its own
 */
public record TextOptions(
    int maxNewTokens, Sampling sampling, List<String> stop, int samples, long seed, int maxSamples)
    implements Serializable {
  /** The options of the sampling, each read by {@link #sampling}. */
  public static final List<Key> SAMPLING = List.of(Key.TEMPERATURE, Key.TOP_K, Key.TOP_P, Key.MIN_P);

  /** A place that gives numbers by option. */
  public interface Numbers {
    double decimal(Key key, double absent);

    int integer(Key key, int absent);
  }

  public TextOptions {
    check(maxNewTokens >= 1, ErrorCode.BAD_OPTION, "max-new-tokens must be 1 or more: %s", maxNewTokens);
    check(maxSamples >= 1, ErrorCode.BAD_OPTION, "max-samples must be 1 or more: %s", maxSamples);
    check(samples >= 1, ErrorCode.BAD_OPTION, "samples must be 1 or more: %s", samples);
    check(
        samples <= maxSamples, ErrorCode.BAD_OPTION, "samples must be %s at most, as --max-samples says: %s", maxSamples,
        samples);
    for (String text : stop) {
      check(!text.isEmpty(), ErrorCode.BAD_OPTION, "stop must not be empty: \"%s\"", text);
    }
    stop = List.copyOf(stop);
  }

  /** The sampling that a place asks for; what it does not say stays. */
  public static Sampling sampling(Numbers place, Sampling absent) {
    return new Sampling(
        place.decimal(Key.TEMPERATURE, absent.temperature()),
        place.integer(Key.TOP_K, absent.topK()),
        place.decimal(Key.TOP_P, absent.topP()),
        place.decimal(Key.MIN_P, absent.minP()),
        absent.rowSeed());
  }

  /** How the tokens of one sample of a prompt are chosen. */
  public Sampling sampling(String promptId, int sample) {
    return sampling.seeded(Noise.rowSeed(seed, promptId, sample));
  }

  static TextOptions of(int samples, Settings settings) {
    return new TextOptions(
        settings.integer(Key.MAX_NEW_TOKENS),
        sampling(settings, Sampling.GREEDY),
        settings.texts(Key.STOP),
        samples,
        settings.longInteger(Key.SEED),
        settings.integer(Key.MAX_SAMPLES, samples));
  }
}
