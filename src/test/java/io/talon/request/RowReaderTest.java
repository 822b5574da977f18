package io.talon.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.TextOptions;
import io.talon.engine.Sampling;
import io.talon.text.ChatMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowReaderTest {
  private static final Sampling SAMPLING = Sampling.GREEDY.withTemperature(0.5).withTopP(0.9).withTopK(5).withMinP(0.1);
  private static final TextOptions DEFAULTS = new TextOptions(64, SAMPLING, List.of("x"), 2, 7);
  private static final RowReader PROMPTS = new RowReader(new Columns(PromptKind.PROMPT, "prompt", "id", null), DEFAULTS);
  private static final RowReader REQUESTS = new RowReader(new Columns(PromptKind.REQUEST, "body", "custom_id", null), DEFAULTS);
  private static final String MESSAGES = "\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]";

  @Test
  void rowsThatSayNothingTakeTheRunsOptions() {
    assertThat(PROMPTS.read("{\"prompt\": \"hi\", \"seed\": null}").text()).isEqualTo(DEFAULTS);
    assertThat(request(MESSAGES + ", \"max_tokens\": null").text()).isEqualTo(DEFAULTS);
  }

  @Test
  void columnsGoBeforeOptions() {
    RowRequest row = PROMPTS.read(
        "{\"prompt\": \"hi\", \"max_new_tokens\": 9, \"temperature\": 0, \"top_p\": 1, \"top_k\": 0, \"min_p\": 0,"
            + " \"stop\": \"END\", \"seed\": 99, \"n\": 1, \"max_tokens\": 3}");
    assertThat(row.text()).isEqualTo(new TextOptions(9, Sampling.GREEDY, List.of("END"), 1, 99));
  }

  @Test
  void bodiesGoBeforeOptions() {
    RowRequest row = request(
        "\"model\": \"m\", " + MESSAGES + ", \"max_tokens\": 9, \"max_completion_tokens\": 8, \"temperature\": 1.5,"
            + " \"top_p\": 0.5, \"stop\": [\"a\", \"b\"], \"seed\": -3, \"n\": 3");
    assertThat(row.text()).isEqualTo(new TextOptions(8, SAMPLING.withTemperature(1.5).withTopP(0.5), List.of("a", "b"), 3, -3));
    assertThat(row.conversation().opening()).containsExactly(ChatMessage.user("hi"));
  }

  @Test
  void developersSpeakAsTheSystem() {
    RowRequest row = request(
        "\"messages\": [{\"role\": \"developer\", \"content\": \"d\"}, {\"role\": \"user\", \"content\": \"u\"}]");
    assertThat(row.conversation().opening()).containsExactly(new ChatMessage("system", "d"), ChatMessage.user("u"));
  }

  @Test
  void whatAsksForNothingIsPassedOver() {
    String fields = ", \"tools\": [], \"tool_choice\": \"none\", \"response_format\": {\"type\": \"text\"}, \"logprobs\": false,"
        + " \"stream\": false, \"logit_bias\": {}, \"frequency_penalty\": 0, \"presence_penalty\": 0.0, \"user\": \"me\","
        + " \"metadata\": {\"a\": \"b\"}, \"service_tier\": \"auto\", \"store\": true, \"repetition_penalty\": 1.0";
    assertThat(request(MESSAGES + fields).text()).isEqualTo(DEFAULTS);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
    "\"tools\": [{\"type\": \"function\"}]              | tools is not supported: [{\"type\":\"function\"}]",
    "\"tool_choice\": \"required\"                      | tool_choice is not supported: \"required\"",
    "\"response_format\": {\"type\": \"json_object\"}   | response_format is not supported: {\"type\":\"json_object\"}",
    "\"logprobs\": true                                 | logprobs is not supported: true",
    "\"stream\": true                                   | stream is not supported: true",
    "\"logit_bias\": {\"50256\": -100}                  | logit_bias is not supported: {\"50256\":-100}",
    "\"frequency_penalty\": 0.5                         | frequency_penalty is not supported: 0.5",
    "\"n\": 0                                           | samples must be 1 or more: 0",
    "\"temperature\": -1                                | temperature must be in [0, 100]: -1.0",
    "\"temperature\": \"hot\"                           | temperature must be a number: \"hot\"",
    "\"max_tokens\": 0                                  | max-new-tokens must be 1 or more: 0",
    "\"max_tokens\": 1.5                                | max_tokens must be a whole number: 1.5",
    "\"max_tokens\": 5000000000                         | max_tokens is too large: 5000000000",
    "\"stop\": [1]                                      | stop must be a string or a list of strings: [1]",
    "\"stop\": \"\"                                     | stop must not be empty: \"\"",
  })
  void whatCannotBeServedIsABadPrompt(String field, String message) {
    assertBad(() -> request(MESSAGES + ", " + field), message);
  }

  @Test
  void linesOfOtherKindsAreBad() {
    String line = "{\"custom_id\": \"a\", \"method\": \"%s\", \"url\": \"%s\", \"body\": %s}";
    String url = "/v1/chat/completions";
    assertBad(() -> REQUESTS.read(line.formatted("GET", url, "{}")), "method must be POST: GET");
    assertBad(
        () -> REQUESTS.read(line.formatted("POST", "/v1/embeddings", "{}")), "url must be /v1/chat/completions: /v1/embeddings");
    assertBad(() -> REQUESTS.read(line.formatted("POST", url, "[]")), "body must be an object: ARRAY");
    assertBad(() -> REQUESTS.read(line.formatted("POST", url, "{}")), "column messages must not be null");
    assertBad(() -> PROMPTS.read("[1]"), "the line must be a JSON object: ARRAY");
    assertBad(() -> PROMPTS.read("{\"prompt\": \"x\"} tail"), "not valid JSON: Unrecognized token 'tail'");
  }

  @Test
  void fieldsThatNothingIsDoneWithAreKnown() {
    assertThat(BatchRequests.ignoredFields(List.of("messages", "user", "n", "tools"))).containsExactly("user");
    assertThat(BatchRequests.ignoredFields(List.of())).isEmpty();
  }

  private static RowRequest request(String fields) {
    return REQUESTS.read(
        "{\"custom_id\": \"a\", \"method\": \"POST\", \"url\": \"/v1/chat/completions\", \"body\": {" + fields + "}}");
  }

  private static void assertBad(Runnable read, String message) {
    assertThatThrownBy(read::run)
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_PROMPT))
        .hasMessageStartingWith(message);
  }
}
