package io.talon.serve;

import io.talon.conf.TextOptions;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.request.Conversation;
import io.talon.request.InputRow;
import io.talon.request.RowRequest;
import io.talon.text.ChatMessage;
import java.util.List;

/** An input row on its way through the engine. */
public final class RowWork {
  /**
   * One turn of one sample, with the engine or back from it.
   *
   * @param messages the conversation up to the turn's user message
   * @param promptText what the model read
   * @param generation the answer, null while it is being written; then plain decoding is what the turn waits for
   * @param answer text of the generation
   */
  public record Turn(
      RowWork row,
      GenerationRequest request,
      List<ChatMessage> messages,
      String promptText,
      Generation generation,
      String answer) {
    public Turn answered(Generation finished, String text) {
      return new Turn(row, request.unrecorded(), messages, promptText, finished, text);
    }
  }

  private final InputRow input;
  private RowRequest request;
  private int open;
  private boolean bad;

  public RowWork(InputRow input) {
    this.input = input;
  }

  public InputRow input() {
    return input;
  }

  public Conversation conversation() {
    return request.conversation();
  }

  /** How the row is decoded. */
  public TextOptions text() {
    return request.text();
  }

  public void begin(RowRequest found) {
    request = found;
  }

  public void opened() {
    open++;
  }

  public void closed() {
    open--;
  }

  public boolean done() {
    return open == 0;
  }

  /** Marks the row as bad; true the first time. */
  public boolean markBad() {
    boolean first = !bad;
    bad = true;
    return first;
  }
}
