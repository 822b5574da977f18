package io.talon.job.output;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.source.Fingerprint;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Makes the lines of an OpenAI batch's output: a chat completion for every row that was answered, an error for every other.
 *
 * @param runId what ids are made of, with the row's own
 * @param model name of the target
 * @param created when the run began, in seconds
 * @param fingerprint of the run
 */
record BatchResponses(String runId, String model, long created, String fingerprint) implements Serializable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FINGERPRINT_DIGITS = 10;
  private static final int KEY_DIGITS = 24;
  private static final int OK = 200;

  /**
   * The line of a row that was answered.
   *
   * @param choices rows of sample_idx, generated_text, reasoning_text, finish_reason, prompt_tokens, completion_tokens; in order
   */
  String answer(String customId, List<Row> choices) {
    ObjectNode line = line(customId, customId);
    ObjectNode response = line.putObject("response");
    response.put("status_code", OK);
    response.put("request_id", "req_" + key(customId));
    ObjectNode body = response.putObject("body");
    body.put("id", "chatcmpl-" + key(customId));
    body.put("object", "chat.completion");
    body.put("created", created);
    body.put("model", model);
    ArrayNode list = body.putArray("choices");
    long completionTokens = 0;
    for (Row choice : choices) {
      ObjectNode node = list.addObject();
      node.put("index", choice.<Integer>getAs("sample_idx"));
      ObjectNode message = node.putObject("message")
          .put("role", "assistant")
          .put("content", choice.<String>getAs("generated_text"))
          .putNull("refusal");
      if (choice.getAs("reasoning_text") != null) {
        message.put("reasoning_content", choice.<String>getAs("reasoning_text")); // as the servers of reasoning models have it
      }
      node.putNull("logprobs");
      node.put("finish_reason", choice.getAs("finish_reason").equals("stop") ? "stop" : "length");
      completionTokens += choice.<Integer>getAs("completion_tokens");
    }
    int promptTokens = choices.get(0).<Integer>getAs("prompt_tokens");
    body.putObject("usage")
        .put("prompt_tokens", promptTokens)
        .put("completion_tokens", completionTokens)
        .put("total_tokens", promptTokens + completionTokens);
    body.put("system_fingerprint", "fp_" + fingerprint.substring(0, FINGERPRINT_DIGITS));
    line.putNull("error");
    return line.toString();
  }

  /**
   * The line of a row in quarantine.
   *
   * @param customId null where the row has none
   * @param inputRow tells such rows apart
   */
  String error(String customId, String inputRow, String code, String message) {
    ObjectNode line = line(customId, customId == null ? inputRow : customId);
    line.putNull("response");
    line.putObject("error").put("code", code).put("message", message);
    return line.toString();
  }

  private ObjectNode line(String customId, String distinct) {
    return JSON.createObjectNode().put("id", "batch_req_" + key(distinct)).put("custom_id", customId);
  }

  private String key(String distinct) {
    return Fingerprint.of(runId, distinct).substring(0, KEY_DIGITS);
  }
}
