package io.talon.engine;

/** What goes wrong in a {@link HashEngine}, and when. */
public final class HashFaults {
  private int failAfterForwards = Integer.MAX_VALUE;
  private Runnable beforeVerify = () -> {};
  private int brokenFirstToken = -1;
  private int brokenPosition;

  /** Makes the logits of sequences whose prompt begins with a token stop being finite from a position on. */
  public void breakFrom(int firstToken, int position) {
    brokenFirstToken = firstToken;
    brokenPosition = position;
  }

  /** Makes the target fail in the verification after so many others. */
  public void failAfter(int forwards) {
    failAfterForwards = forwards;
  }

  /** Runs something before every verification. */
  public void beforeVerify(Runnable task) {
    beforeVerify = task;
  }

  /**
   * Is called when the target is to verify.
   *
   * @param forwards verifications before this one
   */
  void verifying(int forwards) {
    beforeVerify.run();
    if (forwards == failAfterForwards) {
      throw new IllegalStateException("the device is gone");
    }
  }

  boolean breaks(int firstToken, int position) {
    return firstToken == brokenFirstToken && position >= brokenPosition;
  }
}
