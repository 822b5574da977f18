package io.talon.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModelFileNamesTest {
  @Test
  void oneFormOfTheWeightsIsEnough() {
    assertThat(choose("config.json", "model.safetensors", "model-00001-of-00001.safetensors", "pytorch_model.bin"))
        .containsExactly("config.json", "model.safetensors");
    assertThat(choose("config.json", "model-00001-of-00001.safetensors", "model.safetensors.index.json", "pytorch_model.bin"))
        .containsExactly("config.json", "model-00001-of-00001.safetensors", "model.safetensors.index.json");
    assertThat(choose("config.json", "pytorch_model.bin", "optimizer.bin")).containsExactly("config.json", "pytorch_model.bin");
  }

  @Test
  void textsOfTokenizerAndTemplateComeAlong() {
    assertThat(choose("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "tokenizer.model",
        "chat_template.jinja", "model.safetensors", "README.md", "training_args.bin"))
        .hasSize(7)
        .doesNotContain("README.md", "training_args.bin");
  }

  @Test
  void namesThatLeaveTheDirectoryAreNoFilesOfAModel() {
    assertThat(choose("config.json", "model.safetensors", "tokenizer/../../x", "chat_template/../x", "model-/../x.safetensors"))
        .containsExactly("config.json", "model.safetensors");
  }

  @Test
  void placesWithoutAModelAreNamed() {
    assertThatThrownBy(() -> choose("model.safetensors")).hasMessage("here has no config.json, so it is no model");
    assertThatThrownBy(() -> choose("config.json"))
        .hasMessage("here has no weights: neither model*.safetensors nor pytorch_model*.bin");
  }

  private static List<String> choose(String... names) {
    return ModelFileNames.choose("here", List.of(names));
  }
}
