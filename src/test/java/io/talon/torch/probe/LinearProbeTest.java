package io.talon.torch.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.engine.ComputeType;
import org.junit.jupiter.api.Test;

class LinearProbeTest {
  @Test
  void autoTakesBf16WhereTheProbeFindsItFaster() {
    assertThat(LinearProbe.bf16(ComputeType.AUTO, 1.2)).as("a fifth faster").isTrue();
    assertThat(LinearProbe.bf16(ComputeType.AUTO, 1.05)).as("hardly faster").isFalse();
    assertThat(LinearProbe.bf16(ComputeType.AUTO, 0.02)).as("a reference loop").isFalse();
    assertThat(LinearProbe.bf16(ComputeType.AUTO, LinearProbe.UNSUPPORTED)).isFalse();
    assertThat(LinearProbe.bf16(ComputeType.BF16, 0.02)).as("asked for by name").isTrue();
    assertThat(LinearProbe.bf16(ComputeType.FP32, 9)).isFalse();
    assertThatThrownBy(() -> LinearProbe.bf16(ComputeType.BF16, LinearProbe.UNSUPPORTED)).hasMessageContaining("--dtype fp32");
  }
}
