package io.talon.torch.module;

import io.talon.engine.ComputeType;
import io.talon.model.HeadSpec;
import io.talon.torch.script.Rows;

/**
 * How an engine's memory is laid out.
 *
 * @param device as torch spells it: {@code cpu}, {@code cuda:0}
 * @param type what products are computed in, never AUTO; activations and caches are float32 where it is INT8
 * @param slots sequences that can live at once
 * @param maxContext tokens of a sequence
 * @param maxTreeRows rows of one tree
 * @param maxDraftRows draft rows of one slot in one round
 * @param padsSlots whether attention runs padded over all slots at once instead of slot by slot
 * @param attention how the target's attention is computed
 * @param sumsByProducts whether a product of a block of keys sums them in order, too, so that prompts can be run by products
 * @param threads CPU threads
 * @param draftInt8 whether the products of what drafts are of integers, whatever the target's are
 * @param level what the largest input of a row becomes in a product of integers, 0 where there is none
 */
public record EngineLayout(
    String device,
    ComputeType type,
    int slots,
    int maxContext,
    int maxTreeRows,
    int maxDraftRows,
    boolean padsSlots,
    Attention attention,
    boolean sumsByProducts,
    int threads,
    boolean draftInt8,
    int level) {
  private static final double FP32_TOLERANCE = 0x1p-15;
  private static final double BF16_TOLERANCE = 0x1p-6;
  private static final double INT8_TOLERANCE = 0x1p-5;
  private static final int FEW_ROWS = 32;
  private static final int FEW_EMBEDDINGS = 1 << 24; // elements: 64 MB as float32
  private static final int SLOTS_TOGETHER = 4;
  private static final int MOST_PADDING = 2; // of the work without
  private static final int CALLS_OF_A_SLOT = 1 << 19; // products of a row and a key that take as long, times their width
  private static final int PROMPT_BLOCK = 64; // rows of a prompt that meet the same keys
  private static final int SHARED_OUT = 1 << 15; // elements from which on torch shares a call out among its threads
  private static final int LANES = 64; // elements that torch computes at once at most, in any type

  public boolean bf16() {
    return type == ComputeType.BF16;
  }

  public boolean int8() {
    return type == ComputeType.INT8;
  }

  /** Whether the head's weights are integers, and all else of it float32. */
  public boolean headInt8() {
    return int8() || draftInt8;
  }

  /** Elements of the head's norm of every embedding, which is kept where these are few: it takes four of a draft forward's calls. */
  public long normedEmbeddings(HeadSpec head) {
    long elements = (long) head.vocabulary() * head.hidden();
    return elements <= FEW_EMBEDDINGS ? elements : 0;
  }

  public boolean cuda() {
    return device.startsWith("cuda");
  }

  /** Whether a row of the target comes out the same whatever runs beside it. */
  public boolean exact() {
    return attention != Attention.FAST;
  }

  /** How far a sum may be off, as a share of the sum of its absolute terms. */
  public double tolerance() {
    return tolerance(type);
  }

  /** The same of the head. */
  public double headTolerance() {
    return tolerance(headInt8() ? ComputeType.INT8 : type);
  }

  private static double tolerance(ComputeType type) {
    return switch (type) {
      case BF16 -> BF16_TOLERANCE;
      case INT8 -> INT8_TOLERANCE;
      default -> FP32_TOLERANCE;
    };
  }

  /** Cache rows of all slots, and behind them what the last tile of keys reads on. */
  public long cacheRows() {
    return (long) slots * capacity() + (attention == Attention.IN_ORDER ? Attention.TILE_KEYS : 0);
  }

  /**
   * Numbers of rows up to this are left as they are; more become multiples of 8, so that fewer shapes have to be tried.
   *
   * <p>The same for every engine: which numbers are tried decides which are found to agree, and so what bits a row has, and these
   * must not hang on slots or trees.
   */
  public int fewRows() {
    return FEW_ROWS;
  }

  /** Rows of a prompt in one segment. */
  public int promptBlock() {
    return attention == Attention.IN_ORDER ? PROMPT_BLOCK : Integer.MAX_VALUE;
  }

  /** Whether rows of so many elements, however many, fall into shares of which none has a remainder. */
  public boolean sharesOutEvenly(int elements) {
    boolean even = cuda() || elements % LANES == 0;
    for (int shares = 2; shares <= threads; shares++) {
      even &= cuda() || elements / LANES % shares == 0;
    }
    return even;
  }

  /** So many rows of so many elements that they are not shared out; one at least. */
  public int rowsOfOneShare(int elements) {
    return Math.max(1, (SHARED_OUT - 1) / elements);
  }

  /** Cache rows of a slot: the sequence, and behind it the rows of one tree. */
  public int capacity() {
    return maxContext + maxTreeRows;
  }

  /** Cache rows of a slot in the head: the sequence, and behind it the draft rows of one round. */
  public int headCapacity() {
    return maxContext + maxDraftRows;
  }

  /** Committed rows that may wait for the head in a slot. */
  public int maxPending() {
    return Math.max(64, maxTreeRows + 1);
  }

  /** Positions of a slot whose noise is held at once: those of the deepest tree. */
  public int ringLength() {
    return Math.max(maxTreeRows, maxDraftRows) + 1;
  }

  /** Products of an element of a row and one of a key that take as long as the small calls which a slot's attention by itself takes. */
  public int callsOfASlot() {
    return CALLS_OF_A_SLOT;
  }

  /**
   * Whether the attention of segments, four integers each, is made for all slots at once, padded to the widest and the longest of
   * them; one alone need not be. On a CPU padding is work, and what it saves is the two dozen small calls that every slot takes.
   *
   * @param width elements of a row of queries, all heads together
   */
  public boolean padded(long[] segments, int width) {
    int count = segments.length / 4;
    long slots = 0;
    long widest = 0;
    long longest = 0;
    long work = 0;
    for (int i = 0; i < segments.length; i += 4) {
      slots = Math.max(slots, segments[i] + 1);
      widest = Math.max(widest, segments[i + 2]);
      longest = Math.max(longest, segments[i + 3]);
      work += segments[i + 2] * segments[i + 3];
    }
    long together = slots * widest * longest;
    boolean little = together <= MOST_PADDING * work || (together - work) * width <= (long) count * CALLS_OF_A_SLOT;
    return padsSlots ? count > 1 : count >= SLOTS_TOGETHER && little;
  }
}
