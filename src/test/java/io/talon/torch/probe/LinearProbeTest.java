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

  @Test
  void gpusBeforeTheA100HaveNoBf16() {
    assertThat(LinearProbe.bf16OnGpu(ComputeType.AUTO, 90)).isTrue();
    assertThat(LinearProbe.bf16OnGpu(ComputeType.AUTO, 80)).isTrue();
    assertThat(LinearProbe.bf16OnGpu(ComputeType.AUTO, 75)).as("a T4").isFalse();
    assertThat(LinearProbe.bf16OnGpu(ComputeType.BF16, 89)).isTrue();
    assertThat(LinearProbe.bf16OnGpu(ComputeType.FP32, 90)).isFalse();
    assertThatThrownBy(() -> LinearProbe.bf16OnGpu(ComputeType.BF16, 75)).hasMessage(
        "dtype bf16 was asked for, but this GPU has compute capability 7.5 and bf16 needs 8.0 (A100, L4 and later); "
            + "use --dtype fp32 or --dtype auto");
  }
}
