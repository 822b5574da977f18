package io.talon.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.ErrorCode;
import io.talon.model.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir
  Path directory;

  @ParameterizedTest
  @CsvSource({
    "talon-demo, target, 2048",
    "SmolLM2-135M-Instruct, ., 49152",
    "stories260K, ., 512",
    "llama2xs281K, ., 512"
  })
  void promptsAndTextsAreThoseOfTransformers(String model, String part, int vocabulary) throws IOException {
    Path folder = SharedFiles.require("models/" + model);
    JsonNode golden = JSON.readTree(folder.resolve("golden.json").toFile());
    ChatTemplate template = ChatTemplate.read(folder.resolve(part));
    try (TextTokenizer tokenizer = TextTokenizer.open(folder.resolve(part))) {
      assertThat(tokenizer.vocabulary()).isEqualTo(vocabulary);
      assertThat(golden).isNotEmpty();
      for (JsonNode test : golden) {
        String prompt = test.get("prompt").asText();
        int[] ids = template.exists()
            ? tokenizer.encode(template.prompt(List.of(ChatMessage.user(prompt))))
            : tokenizer.encodeRaw(prompt);
        assertThat(ids).as(prompt).containsExactly(ints(test.get("prompt_ids")));
        assertThat(tokenizer.decode(ints(test.get("greedy")))).as(prompt).isEqualTo(test.get("text").asText());
      }
    }
  }

  @Test
  void textSurvivesThereAndBack() {
    try (TextTokenizer tokenizer = TextTokenizer.open(TestTokenizers.demo())) {
      for (String text : new String[] {"", " ", " two  spaces ", "a\n\n\tb", "é ß 中文 😀 \u0000 \u200B", "x".repeat(5_000)}) {
        assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
      }
      assertThat(tokenizer.encode("1".repeat(5_000))).as("neither truncated nor padded").hasSize(5_000);
      assertThat(tokenizer.decode(tokenizer.encode("a\uD83Db"))).as("half a surrogate pair").isEqualTo("a\uFFFDb");
    }
  }

  @Test
  void truncationAndPaddingOfTheFileAreTurnedOff() throws IOException {
    ObjectNode file = (ObjectNode) JSON.readTree(TestTokenizers.demo().resolve("tokenizer.json").toFile());
    file.set("truncation", JSON.readTree(
        "{\"direction\": \"Right\", \"max_length\": 4, \"strategy\": \"LongestFirst\", \"stride\": 0}"));
    file.set("padding", JSON.readTree(
        "{\"strategy\": {\"Fixed\": 32}, \"direction\": \"Right\", \"pad_to_multiple_of\": null, \"pad_id\": 0,"
            + " \"pad_type_id\": 0, \"pad_token\": \"<|endoftext|>\"}"));
    JSON.writeValue(directory.resolve("tokenizer.json").toFile(), file);
    try (TextTokenizer tokenizer = TextTokenizer.open(directory)) {
      assertThat(tokenizer.encode("1234567")).hasSize(7);
      assertThat(tokenizer.encodeRaw("12")).hasSize(2);
    }
  }

  @Test
  void specialTokensInTheTextAreParsedAndLeftOutOfTheAnswer() {
    try (TextTokenizer tokenizer = TextTokenizer.open(TestTokenizers.demo())) {
      int[] ids = tokenizer.encode("<|im_start|>Hi<|im_end|>");
      assertThat(ids).startsWith(1).endsWith(2);
      assertThat(tokenizer.decode(ids)).isEqualTo("Hi");
    }
  }

  @Test
  void rawTextGetsWhatTheTokenizerPutsAroundIt() {
    try (TextTokenizer tokenizer = TextTokenizer.open(TestTokenizers.stories())) {
      assertThat(tokenizer.encodeRaw("Once upon")).startsWith(1);
      assertThat(tokenizer.encode("Once upon")).doesNotContain(1);
    }
  }

  @Test
  void spacesBeforePunctuationGoWhereTheConfigurationSaysSo() throws IOException {
    Files.copy(TestTokenizers.demo().resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
    String text = "Well , I do n't know . It 's";
    try (TextTokenizer tokenizer = TextTokenizer.open(directory)) {
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"clean_up_tokenization_spaces\": true}");
    try (TextTokenizer tokenizer = TextTokenizer.open(directory)) {
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo("Well, I don't know. It's");
    }
  }

  @Test
  void threadsShareATokenizer() {
    try (TextTokenizer tokenizer = TextTokenizer.open(TestTokenizers.demo())) {
      String text = "The quick brown fox jumps over 13 lazy dogs.";
      int[] expected = tokenizer.encode(text);
      assertThat(IntStream.range(0, 2_000).parallel().mapToObj(i -> tokenizer.encode(text)))
          .allMatch(ids -> Arrays.equals(ids, expected));
    }
  }

  @Test
  void missingAndBrokenFilesAreNamed() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    assertOpenFails().hasMessage("Cannot read %s: the file is missing or not readable", file);
    Files.writeString(file, "{\"model\": ");
    assertOpenFails().hasMessageStartingWith(file + " is not JSON");
    Files.writeString(file, "[]");
    assertOpenFails().hasMessage("%s must be a JSON object, found ARRAY", file);
    Files.writeString(file, "{\"model\": {}}");
    assertOpenFails().hasMessage("%s has no vocabulary", file);
    Files.writeString(file, "{\"model\": {\"type\": \"Nonsense\", \"vocab\": {\"a\": 0}}}");
    assertOpenFails().hasMessageStartingWith(file + " is no tokenizer that can be loaded");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertOpenFails() {
    return assertThatThrownBy(() -> TextTokenizer.open(directory)).hasFieldOrPropertyWithValue("code", ErrorCode.TOKENIZER);
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
