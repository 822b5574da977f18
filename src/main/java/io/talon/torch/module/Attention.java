package io.talon.torch.module;

/** How the target's attention is computed; the script says how each works. */
public enum Attention {
  /** By the library's fused kernel in the compute type: sums over keys depend on where in the cache the keys lie. */
  FAST,
  /** Sums over keys one after another in float32: exact. For the CPU, slot by slot. */
  IN_ORDER,
  /** By the fused kernel in float64, rounded to the compute type, which hides the order of the sums but for one case in 1e12. */
  IN_DOUBLE;

  /** Query rows and keys of a tile of scores. */
  public static final int TILE_ROWS = 8;

  public static final int TILE_KEYS = 64;

  /** Positions whose keys are summed on their own, before the sums of the blocks are added. */
  public static final int BLOCK_KEYS = 128;

  /** Keys of one product at most: of a block, and of a tree's rows that lie beside it. */
  public static final int PRODUCT_KEYS = BLOCK_KEYS + 64;

  /** Ones behind each row of values: a vector register full, as fewer are slower. */
  public static final int ONES = 16;
}
