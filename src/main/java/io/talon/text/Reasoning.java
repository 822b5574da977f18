package io.talon.text;

/**
 * What a model wrote, parted into its thoughts and its answer.
 *
 * @param thoughts what stands between {@code <think>} and {@code </think>}, without blanks around it; null where the model marks
 *     none
 * @param answer the rest, without the blank lines that follow the mark; the whole text where there are no thoughts
 */
public record Reasoning(String thoughts, String answer) {
  private static final String OPEN = "<think>";
  private static final String CLOSE = "</think>";

  /**
   * Parts a text. Thoughts begin with the text, or with the prompt's last word where a template opens them; a text that ends
   * before they do has no answer.
   *
   * @param prompt what the model read
   * @param text what it wrote
   */
  public static Reasoning split(String prompt, String text) {
    boolean opened = prompt.stripTrailing().endsWith(OPEN);
    String written = text.stripLeading();
    if (!opened && !written.startsWith(OPEN)) {
      return new Reasoning(null, text);
    }
    int begin = written.startsWith(OPEN) ? OPEN.length() : 0;
    int end = written.indexOf(CLOSE, begin);
    return end < 0
        ? new Reasoning(written.substring(begin).strip(), "")
        : new Reasoning(written.substring(begin, end).strip(), written.substring(end + CLOSE.length()).stripLeading());
  }
}
