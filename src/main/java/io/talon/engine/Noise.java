package io.talon.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The noise that sampling adds to the logits: a pure function of row seed, absolute position and token id, so the text
 * does not depend on trees, budgets, batches or retries.
 *
 * <p>This is the Java twin of what the engine's script computes. The mixer is the finaliser of SplitMix64.
 */
public final class Noise {
  /** The odd increment of SplitMix64, 2^64 divided by the golden ratio. */
  public static final long GAMMA = 0x9E3779B97F4A7C15L;

  /** The two multipliers of SplitMix64's finaliser. */
  public static final long MIX1 = 0xBF58476D1CE4E5B9L;

  public static final long MIX2 = 0x94D049BB133111EBL;

  private static final float LARGEST_BELOW_ONE = 1f - 0x1p-24f;

  private Noise() {}

  /** Seed of a row: the first eight bytes, big-endian, of SHA-256 over run seed, prompt id and sample index. */
  public static long rowSeed(long runSeed, String promptId, int sampleIndex) {
    byte[] text = (runSeed + "\n" + promptId + "\n" + sampleIndex).getBytes(StandardCharsets.UTF_8);
    byte[] digest;
    try {
      digest = MessageDigest.getInstance("SHA-256").digest(text);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    long seed = 0;
    for (int i = 0; i < 8; i++) {
      seed = seed << 8 | digest[i] & 0xFF;
    }
    return seed;
  }

  /** Key of all noise at one absolute position of a sequence. */
  public static long key(long rowSeed, int position) {
    return mix64(rowSeed + (position + 1L) * GAMMA);
  }

  /** The 64 random bits of a token under a key. */
  public static long bits(long key, int token) {
    return mix64(key + (token + 1L) * GAMMA);
  }

  /** The Gumbel variate of a token under a key. */
  public static float gumbel(long key, int token) {
    float u = Math.min(((float) (bits(key, token) >>> 24) + 0.5f) * 0x1p-40f, LARGEST_BELOW_ONE);
    return (float) -Math.log(-Math.log1p(-u));
  }

  private static long mix64(long x) {
    long y = (x ^ x >>> 30) * MIX1;
    y = (y ^ y >>> 27) * MIX2;
    return y ^ y >>> 31;
  }
}
