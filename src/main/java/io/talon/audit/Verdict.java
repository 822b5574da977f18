package io.talon.audit;

/**
 * What decoding a generation again said of it.
 *
 * @param detail what differs, and where; empty where nothing does
 */
public record Verdict(Kind kind, String detail) {
  /** From good to bad. */
  public enum Kind {
    /** The same ids, and the text that they stand for. */
    EQUAL("equal"),
    /** The first id that differs was a choice between two that the numeric type can hardly tell apart. */
    NEAR_TIE("near tie"),
    /** Another text than plain decoding writes, or one that is not what its ids stand for. */
    WRONG("wrong");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** As the console has it. */
    public String label() {
      return label;
    }
  }

  static final Verdict EQUAL = new Verdict(Kind.EQUAL, "");

  static Verdict wrong(String detail) {
    return new Verdict(Kind.WRONG, detail);
  }
}
