package io.talon.model;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;

/**
 * What a head norms beyond what EAGLE's norms, by the flags of the speculators library.
 *
 * @param normedFusion {@code norm_before_fc}: the fused states are normed before the projection
 * @param normedResidual {@code norm_before_residual}: the residual is the normed hidden state
 * @param normedState {@code norm_output}: the normed output is fed back, as in EAGLE 3.1
 */
public record HeadRecurrence(boolean normedFusion, boolean normedResidual, boolean normedState) {
  /** The head of the EAGLE-3 paper. */
  public static final HeadRecurrence EAGLE = new HeadRecurrence(false, false, false);

  /** The flags mean this in speculators' configurations alone; elsewhere {@code norm_output} is the norm before the output. */
  static HeadRecurrence read(ConfigFile config) {
    if (config.has("speculators_model_type")) {
      return new HeadRecurrence(config.flag("norm_before_fc"), config.flag("norm_before_residual"), config.flag("norm_output"));
    }
    check(
        !config.has("norm_output") || config.flag("norm_output"),
        ErrorCode.MODEL_CONFIG,
        "%s: norm_output false is not supported: the output would have no norm before it",
        config.path());
    return EAGLE;
  }
}
