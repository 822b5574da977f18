package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import io.talon.engine.ComputeType;
import io.talon.engine.Noise;
import io.talon.torch.script.Rows;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The script's noise is the Java twin's, whose vectors NoiseTest checks. */
class NoiseInScriptTest {
  @Test
  void scriptAndTwinAgreeOnEveryToken() {
    try (TorchEngine engine = TorchEngine.open(Demo.options(1, 1, 1))) {
      long[] keys = {Noise.key(4085364022038194212L, 5), Noise.key(4085364022038194212L, 0), Noise.key(-1L, 1_000_000)};
      Rows rows = new Rows(DataType.INT64);
      rows.resize(1, keys.length);
      for (int i = 0; i < keys.length; i++) {
        rows.set(0, i, keys[i]);
      }
      float[] found = engine.noise(rows);
      int vocabulary = engine.spec().vocabulary();
      for (int i = 0; i < keys.length; i++) {
        for (int token = 0; token < vocabulary; token++) {
          assertThat(found[i * vocabulary + token])
              .as("noise of token %s under key %s", token, keys[i])
              .isCloseTo(Noise.gumbel(keys[i], token), within(1e-5f));
        }
      }
      assertThat(found[0]).as("the published vector of token 0").isCloseTo(-0.063305f, within(1e-5f));
      assertThat(found[2047]).as("the published vector of token 2047").isCloseTo(2.209220f, within(1e-5f));
    }
  }

  /** Many keys are made in parts of the vocabulary, which threads share; a lone key is not. */
  @Test
  void noiseHangsOnNoNeighbour() {
    try (TorchEngine engine = TorchEngine.open(Demo.options(1, 1, 1, ComputeType.FP32, 2))) {
      Rows many = new Rows(DataType.INT64);
      many.resize(1, 150);
      for (int i = 0; i < 150; i++) {
        many.set(0, i, Noise.key(77, i));
      }
      float[] together = engine.noise(many);
      int vocabulary = engine.spec().vocabulary();
      for (int i = 0; i < 150; i++) {
        Rows one = new Rows(DataType.INT64);
        one.resize(1, 1);
        one.set(0, 0, Noise.key(77, i));
        assertThat(engine.noise(one))
            .as("noise under key %s", i)
            .isEqualTo(Arrays.copyOfRange(together, i * vocabulary, (i + 1) * vocabulary));
      }
    }
  }
}
