package io.talon.torch;

import ai.djl.ndarray.types.DataType;
import io.talon.engine.Noise;
import io.talon.torch.script.Argument;
import io.talon.torch.script.Rows;
import java.util.Arrays;

/**
 * Which positions' noise the script holds, slot by slot: noise belongs to positions, the rows of one depth share it, and the
 * next round's positions overlap this round's.
 */
final class NoiseRing {
  private static final int NOTHING = -1;

  private final int length; // positions per slot
  private final int[] held; // [slots * length], the position whose noise lies there
  private final long[] rowSeeds; // [slots]
  private final Rows fresh = new Rows(DataType.INT64);
  private final int[] freshRows; // [slots * length]
  private final long[] freshKeys; // [slots * length]
  private int freshCount;

  NoiseRing(int slots, int length) {
    this.length = length;
    held = new int[slots * length];
    rowSeeds = new long[slots];
    freshRows = new int[slots * length];
    freshKeys = new long[slots * length];
    Arrays.fill(held, NOTHING);
  }

  int size() {
    return held.length;
  }

  /** Forgets a slot's noise, since another sequence moves in. */
  void reset(int slot, long rowSeed) {
    rowSeeds[slot] = rowSeed;
    Arrays.fill(held, slot * length, (slot + 1) * length, NOTHING);
  }

  /** The ring row of a position's noise, which is asked for if it is not there. */
  int row(int slot, int position) {
    int row = slot * length + position % length;
    if (held[row] != position) {
      held[row] = position;
      freshRows[freshCount] = row;
      freshKeys[freshCount] = Noise.key(rowSeeds[slot], position);
      freshCount++;
    }
    return row;
  }

  /** What the next call must fill first, as an argument [2, K]: ring rows, keys. */
  Argument takeFresh() {
    fresh.resize(2, freshCount);
    for (int i = 0; i < freshCount; i++) {
      fresh.set(0, i, (long) freshRows[i]);
      fresh.set(1, i, freshKeys[i]);
    }
    freshCount = 0;
    return fresh.argument();
  }
}
