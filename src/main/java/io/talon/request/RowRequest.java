package io.talon.request;

import io.talon.conf.TextOptions;

/**
 * What one input row asks for, and how.
 *
 * @param text the run's options with what the row says otherwise
 */
public record RowRequest(Conversation conversation, TextOptions text) {}
