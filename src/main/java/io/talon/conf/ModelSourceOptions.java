package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Map;

/**
 * How models that lie elsewhere are reached.
 *
 * @param cache directory of each node's copies; empty for one under Spark's local directory
 * @param hubEndpoint base address of the hub, without a slash at its end
 * @param hubToken empty for none
 */
public record ModelSourceOptions(String cache, String hubEndpoint, String hubToken) implements Serializable {
  private static final String DEFAULT_ENDPOINT = "https://huggingface.co";

  private static final String ELSEWHERE = "(hf:|[a-zA-Z][a-zA-Z0-9+.-]*://).*";

  public ModelSourceOptions {
    check(
        hubEndpoint.matches("https?://[\\w.-]+(:\\d+)?(/[\\w./-]*)?"),
        ErrorCode.BAD_OPTION,
        "hf-endpoint must be an http or https address: %s",
        hubEndpoint);
    check(hubToken.matches("[!-~]*"), ErrorCode.BAD_OPTION, "hf-token must be one word of printable characters");
    hubEndpoint = hubEndpoint.replaceAll("/+$", "");
  }

  /** What was given, else what the environment says. */
  public static ModelSourceOptions of(Settings settings, Map<String, String> environment) {
    return new ModelSourceOptions(
        settings.text(Key.MODEL_CACHE).orElse(""),
        settings.text(Key.HF_ENDPOINT).orElse(environment.getOrDefault("HF_ENDPOINT", DEFAULT_ENDPOINT)),
        settings.text(Key.HF_TOKEN).orElse(environment.getOrDefault("HF_TOKEN", "")).strip());
  }

  /** A reference that means the same on executors, which have other working directories. */
  static String absolute(String reference) {
    return reference.matches(ELSEWHERE) ? reference : Path.of(reference).toAbsolutePath().normalize().toString();
  }

  /** Never shows the token. */
  @Override
  public String toString() {
    return "ModelSourceOptions[" + cache + ", " + hubEndpoint + (hubToken.isEmpty() ? "]" : ", with a token]");
  }
}
