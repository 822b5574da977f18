package io.talon.engine;

import java.util.Locale;

/** The numeric type that a model computes in, whatever its files hold. */
public enum ComputeType {
  /** What is fastest on the device: bf16 on CUDA and on CPUs with AVX-512 BF16 or AMX, fp32 elsewhere. */
  AUTO,
  FP32,
  BF16,
  /** Products of 8-bit integers, everything else in fp32; on CPUs. */
  INT8;

  /** As it is written in options and tables. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The type of a label. */
  public static ComputeType of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
