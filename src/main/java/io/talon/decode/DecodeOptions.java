package io.talon.decode;

import io.talon.draft.TreePolicy;

/**
 * What shapes a decode loop.
 *
 * @param policy how trees grow; {@code NoDraft} for plain decoding
 * @param coupling how the draft uses the noise
 * @param endTokens end-of-sequence ids
 * @param recordRounds which rounds are recorded
 */
public record DecodeOptions(TreePolicy policy, Coupling coupling, int[] endTokens, RoundRecording recordRounds) {}
