package io.talon.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.PromptOptions;
import io.talon.conf.TextOptions;
import io.talon.engine.Sampling;
import io.talon.text.ChatMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowReaderTest {
  private static final Sampling SAMPLING = Sampling.GREEDY.withTemperature(0.5).withTopP(0.9).withTopK(5).withMinP(0.1);
  private static final TextOptions DEFAULTS = new TextOptions(64, SAMPLING, List.of("x"), 2, 7, 16);
  private static final RowReader PROMPTS = reader(PromptKind.PROMPT, "prompt", PromptOptions.NONE);
  private static final RowReader REQUESTS = reader(PromptKind.REQUEST, "body", PromptOptions.NONE);
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
    assertThat(row.text()).isEqualTo(new TextOptions(9, Sampling.GREEDY, List.of("END"), 1, 99, 16));
  }

  @Test
  void numbersMayComeAsTexts() {
    RowRequest row =
        PROMPTS.read("{\"prompt\": \"hi\", \"temperature\": \" 0.25 \", \"max_new_tokens\": \"9\", \"seed\": \"-3\"}");
    assertThat(row.text()).isEqualTo(new TextOptions(9, SAMPLING.withTemperature(0.25), List.of("x"), 2, -3, 16));
  }

  @Test
  void bodiesGoBeforeOptions() {
    RowRequest row = request(
        "\"model\": \"m\", " + MESSAGES + ", \"max_tokens\": 9, \"max_completion_tokens\": 8, \"temperature\": 1.5,"
            + " \"top_p\": 0.5, \"stop\": [\"a\", \"b\"], \"seed\": -3, \"n\": 3");
    assertThat(row.text())
        .isEqualTo(new TextOptions(8, SAMPLING.withTemperature(1.5).withTopP(0.5), List.of("a", "b"), 3, -3, 16));
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
    "\"tools\": [{\"type\": \"function\"}]              | tools must hold objects {type: function, function: {name, desc",
    "\"tools\": {\"type\": \"function\"}                | tools must be a list: OBJECT",
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

  @Test
  void templatesWriteThePromptFromTheColumns() {
    RowReader reader = reader(
        PromptKind.TEMPLATE,
        "(prompt-template)",
        new PromptOptions("{{ title | upper }}{% if note %} ({{ note }}){% endif %}: {{ tags | join(', ') }} {{ n }}", "",
            Map.of()));
    assertThat(reader.read("{\"title\": \"a\", \"note\": null, \"tags\": [\"x\", \"y\"], \"n\": 3}").conversation().opening())
        .containsExactly(ChatMessage.user("A: x, y 3"));
    assertThat(reader.read("{\"title\": \"a\", \"note\": \"b\", \"tags\": [], \"n\": 1}").conversation().opening())
        .containsExactly(ChatMessage.user("A (b):  1"));
    assertBad(
        () -> reader.read("{\"title\": \"a\", \"tags\": []}"),
        "prompt-template, line 1: a value that is none cannot be printed; ask with {% if ... %}, or give it a default with 'or'");
  }

  @Test
  void framesComeFromOptionsAndColumns() {
    RowReader framed = reader(PromptKind.PROMPT, "prompt", new PromptOptions("", "Be brief.", Map.of("a", 1, "b", 2)));
    Conversation plain = framed.read("{\"prompt\": \"hi\", \"system\": null}").conversation();
    assertThat(plain.opening()).containsExactly(ChatMessage.system("Be brief."), ChatMessage.user("hi"));
    assertThat(plain.variables()).isEqualTo(Map.of("a", 1, "b", 2));
    Conversation own = framed.read("{\"prompt\": \"hi\", \"system\": \"Shout.\", \"template_kwargs\": \"{\\\"b\\\": false}\","
        + " \"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"f\"}}]}").conversation();
    assertThat(own.opening()).containsExactly(ChatMessage.system("Shout."), ChatMessage.user("hi"));
    assertThat(own.variables()).isEqualTo(
        Map.of("a", 1, "b", false, "tools", List.of(Map.of("type", "function", "function", Map.of("name", "f")))));
    assertThat(framed.read("{\"prompt\": \"hi\", \"system\": \"\"}").conversation().opening())
        .as("An empty text stands for none")
        .containsExactly(ChatMessage.user("hi"));
    assertBad(() -> framed.read("{\"prompt\": \"hi\", \"system\": 7}"), "column system must be a string: NUMBER");
    assertBad(() -> framed.read("{\"prompt\": \"hi\", \"template_kwargs\": [1]}"), "template_kwargs must be an object: ARRAY");
    assertBad(
        () -> framed.read("{\"prompt\": \"hi\", \"template_kwargs\": {\"messages\": []}}"),
        "template_kwargs must not set messages");
    assertBad(() -> framed.read("{\"prompt\": \"hi\", \"tools\": {}}"), "column tools must hold a list: OBJECT");
  }

  @Test
  void aConversationHasOneSystemMessage() {
    RowReader framed = reader(PromptKind.MESSAGES, "messages", new PromptOptions("", "Be brief.", Map.of()));
    String messages = "\"messages\": [{\"role\": \"system\", \"content\": \"s\"}, {\"role\": \"user\", \"content\": \"u\"}]";
    assertThat(framed.read("{" + messages + "}").conversation().opening())
        .containsExactly(ChatMessage.system("s"), ChatMessage.user("u"));
    assertBad(
        () -> framed.read("{" + messages + ", \"system\": \"x\"}"),
        "column system must be null where the messages have a system message: \"x\"");
  }

  @Test
  void bodiesCarryVariablesAsServersTakeThem() {
    RowReader framed = reader(PromptKind.REQUEST, "body", new PromptOptions("", "", Map.of("enable_thinking", true)));
    String line = "{\"custom_id\": \"a\", \"body\": {" + MESSAGES + ", \"chat_template_kwargs\": {\"enable_thinking\": false}}}";
    assertThat(framed.read(line).conversation().variables()).isEqualTo(Map.of("enable_thinking", false));
  }

  @Test
  void bodiesCarryToolsUnlessNoneIsToBeCalled() {
    String tools = ", \"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"f\"}}]";
    Map<String, Object> given =
        Map.of("tools", List.of(Map.of("type", "function", "function", Map.of("name", "f"))));
    assertThat(request(MESSAGES + tools).conversation().variables()).isEqualTo(given);
    assertThat(request(MESSAGES + tools + ", \"tool_choice\": \"auto\"").conversation().variables()).isEqualTo(given);
    assertThat(request(MESSAGES + tools + ", \"tool_choice\": \"none\"").conversation().variables()).isEmpty();
  }

  private static RowReader reader(PromptKind kind, String column, PromptOptions prompts) {
    return new RowReader(new Columns(kind, column, "id", null, TextOverrides.COLUMNS.names()), prompts, DEFAULTS);
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
