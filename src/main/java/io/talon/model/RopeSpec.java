package io.talon.model;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;

/**
 * Rotary position embedding: its base and how long contexts stretch it, with the formulas of Hugging Face transformers.
 *
 * @param type {@code default}, {@code linear} or {@code llama3}
 * @param theta base of the wavelengths
 * @param factor by which {@code linear} and {@code llama3} slow down, 1 for {@code default}
 * @param lowFreqFactor {@code llama3}: wavelengths above originalMaxPositions / lowFreqFactor are stretched in full
 * @param highFreqFactor {@code llama3}: wavelengths below originalMaxPositions / highFreqFactor are left alone
 * @param originalMaxPositions {@code llama3}: context length before stretching
 */
public record RopeSpec(
    String type, double theta, double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositions) {
  public static final double DEFAULT_THETA = 10_000;

  public RopeSpec {
    check(
        type.equals("default") || type.equals("linear") || type.equals("llama3"),
        ErrorCode.MODEL_CONFIG,
        "Rotary embedding of type '%s' is not supported; default, linear and llama3 are",
        type);
    check(theta > 0, ErrorCode.MODEL_CONFIG, "rope theta must be above 0: %s", theta);
    check(factor > 0, ErrorCode.MODEL_CONFIG, "rope factor must be above 0: %s", factor);
    check(
        !type.equals("llama3") || (lowFreqFactor > 0 && highFreqFactor > lowFreqFactor && originalMaxPositions > 0),
        ErrorCode.MODEL_CONFIG,
        "llama3 rope needs 0 < low_freq_factor < high_freq_factor and original_max_position_embeddings > 0: %s, %s, %s",
        lowFreqFactor,
        highFreqFactor,
        originalMaxPositions);
  }

  /** The unscaled embedding. */
  public static RopeSpec unscaled(double theta) {
    return new RopeSpec("default", theta, 1, 1, 1, 0);
  }

  /** Reads transformers 5's {@code rope_parameters}, else transformers 4's {@code rope_theta} and {@code rope_scaling}. */
  static RopeSpec read(ConfigFile config) {
    ConfigFile parameters = config.object("rope_parameters");
    ConfigFile scaling = parameters != null ? parameters : config.object("rope_scaling");
    double outer = config.positiveOr("rope_theta", DEFAULT_THETA);
    double theta = scaling == null ? outer : scaling.positiveOr("rope_theta", outer);
    double rotated = config.positiveOr("partial_rotary_factor", 1);
    if (scaling != null) {
      rotated = scaling.positiveOr("partial_rotary_factor", rotated);
    }
    check(rotated == 1, ErrorCode.MODEL_CONFIG, "%s: partial_rotary_factor %s is not supported", config.path(), rotated);
    if (scaling == null) {
      return unscaled(theta);
    }
    String type = scaling.has("rope_type") ? scaling.text("rope_type") : scaling.textOr("type", "default");
    return switch (type) {
      case "default" -> unscaled(theta);
      case "linear" -> new RopeSpec(type, theta, scaling.positive("factor"), 1, 1, 0);
      case "llama3" -> new RopeSpec(
          type,
          theta,
          scaling.positive("factor"),
          scaling.positive("low_freq_factor"),
          scaling.positive("high_freq_factor"),
          scaling.count("original_max_position_embeddings"));
      default -> new RopeSpec(type, theta, 1, 1, 1, 0);
    };
  }

  /** Angle per position of each pair of dimensions, float32 arithmetic as in transformers // [headDim / 2]. */
  public float[] inverseFrequencies(int headDim) {
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = (float) (2 * i) / headDim;
      float frequency = 1f / (float) Math.pow(theta, exponent);
      frequencies[i] = switch (type) {
        case "linear" -> frequency / (float) factor;
        case "llama3" -> smoothed(frequency);
        default -> frequency;
      };
    }
    return frequencies;
  }

  private float smoothed(float frequency) {
    float wavelength = (float) (2 * Math.PI) / frequency;
    if (wavelength > originalMaxPositions / lowFreqFactor) {
      return frequency / (float) factor;
    }
    if (wavelength < originalMaxPositions / highFreqFactor) {
      return frequency;
    }
    float smooth = (originalMaxPositions / wavelength - (float) lowFreqFactor) / (float) (highFreqFactor - lowFreqFactor);
    return (1 - smooth) * frequency / (float) factor + smooth * frequency;
  }
}
