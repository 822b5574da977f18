package io.talon.engine;

/** The numeric type that a model computes in, whatever its files hold. */
public enum ComputeType {
  /** What is fastest on the device: bf16 on CUDA and on CPUs with AVX-512 BF16 or AMX, fp32 elsewhere. */
  AUTO,
  FP32,
  BF16
}
