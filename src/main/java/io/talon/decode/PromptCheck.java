package io.talon.decode;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.engine.EngineSpec;

/** Says which prompts an engine can take. */
final class PromptCheck {
  private PromptCheck() {}

  /** Why a prompt cannot be decoded, or null when it can. */
  static TalonException refusal(int[] prompt, EngineSpec spec) {
    if (prompt.length == 0) {
      return new TalonException(ErrorCode.BAD_PROMPT, "a prompt must have at least one token");
    }
    if (prompt.length >= spec.maxContext()) {
      return new TalonException(
          ErrorCode.PROMPT_TOO_LONG,
          "a prompt must leave room for a new token in the context of " + spec.maxContext() + ": " + prompt.length + " tokens");
    }
    for (int i = 0; i < prompt.length; i++) {
      if (prompt[i] < 0 || prompt[i] >= spec.vocabulary()) {
        return new TalonException(
            ErrorCode.BAD_PROMPT,
            "token ids must be in [0, " + spec.vocabulary() + "): " + prompt[i] + " at index " + i + " of the prompt");
      }
    }
    return null;
  }
}
