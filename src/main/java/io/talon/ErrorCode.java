package io.talon;

/** What went wrong, as a stable name that scripts and the quarantine table can rely on. */
public enum ErrorCode {
  /** An option has a value that makes no sense, or options contradict each other. */
  BAD_OPTION,
  /** The input is missing, empty, unreadable, or lacks a column that was named. */
  BAD_INPUT,
  /** The output path already holds a run, or cannot be written. */
  BAD_OUTPUT,
  /** A file that a model directory must have is missing, truncated or unreadable. */
  MODEL_FILE,
  /** A model's configuration is missing a field, or asks for something that is not supported. */
  MODEL_CONFIG,
  /** A tensor is missing, superfluous, or has another shape or type than the configuration says. */
  MODEL_TENSOR,
  /** A model cannot be brought from where it is kept: no such model, no access, no space, or a transfer that failed. */
  MODEL_SOURCE,
  /** Target and draft do not belong together. */
  MODEL_PAIR,
  /** The device or the numeric type that was asked for is not there. */
  DEVICE,
  /** A row's prompt cannot be used: empty, of the wrong type, or malformed. */
  BAD_PROMPT,
  /** A row's prompt leaves no room for a single new token in the model's context. */
  PROMPT_TOO_LONG,
  /** A chat template uses a construct that is not supported, or refuses the conversation. */
  CHAT_TEMPLATE,
  /** The tokenizer is missing or does not fit the model. */
  TOKENIZER,
  /** The model computed a value that is not finite for a row, so no token can be chosen for it. */
  NOT_FINITE,
  /** A row's generation took longer than it was allowed to. */
  ROW_TIMEOUT,
  /** There was not enough memory for what was asked, not even for a row alone. */
  OUT_OF_MEMORY,
  /** The native engine failed while it was running, or did not pass its own checks when it opened. */
  ENGINE,
  /** A row showed a defect of this program. */
  INTERNAL,
  /** The job itself failed. */
  JOB
}
