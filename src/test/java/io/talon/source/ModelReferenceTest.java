package io.talon.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
  @Test
  void thePlaceTellsTheKind() {
    assertThat(ModelReference.of("models/demo")).isEqualTo(new ModelReference.Local("models/demo"));
    assertThat(ModelReference.of("/models/a@b#c")).isEqualTo(new ModelReference.Local("/models/a@b#c"));
    assertThat(ModelReference.of("hf:org/name")).isEqualTo(new ModelReference.Hub("org/name", "main"));
    assertThat(ModelReference.of("hf:org/name@v1.0")).isEqualTo(new ModelReference.Hub("org/name", "v1.0"));
    assertThat(ModelReference.of("hf:gpt2")).isEqualTo(new ModelReference.Hub("gpt2", "main"));
    assertThat(ModelReference.of("s3a://bucket/dir")).isEqualTo(new ModelReference.Remote("s3a://bucket/dir", ""));
    assertThat(ModelReference.of("hdfs:///m#0123456789abcdef"))
        .isEqualTo(new ModelReference.Remote("hdfs:///m", "0123456789abcdef"));
  }

  @ParameterizedTest
  @CsvSource({
    "models/demo, models/demo",
    "hf:org/name, hf:org/name@main",
    "hf:org/name@refs/pr/1, hf:org/name@refs/pr/1",
    "file:///m#0123456789abcdef, file:///m#0123456789abcdef",
    "file:///m#short, file:///m#short",
  })
  void textsReadBackAlike(String typed, String text) {
    assertThat(ModelReference.of(typed).text()).isEqualTo(text);
    assertThat(ModelReference.of(text)).isEqualTo(ModelReference.of(typed));
  }

  @ParameterizedTest
  @CsvSource({"/a/b/demo, demo", "demo, demo", "hf:org/name@main, org/name", "s3a://bucket/dir/#0123456789abcdef, dir"})
  void namesDoNotSayWhereModelsLie(String typed, String name) {
    assertThat(ModelReference.of(typed).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf:", "hf:a/b/c", "hf:../x", "hf:org/name@", "hf:org/na me", "hf:org/name@a?b"})
  void nonsenseIsRefused(String text) {
    assertThatThrownBy(() -> ModelReference.of(text))
        .hasMessage("a model of the hub must be named hf:org/name[@revision]: " + text);
  }
}
