package io.talon.torch;

import ai.djl.Device;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.engine.ComputeType;
import io.talon.machine.FreeMemory;
import io.talon.model.HeadSpec;
import io.talon.model.TargetSpec;
import io.talon.model.TensorLayout;
import io.talon.torch.module.Attention;
import io.talon.torch.module.EngineLayout;
import io.talon.torch.script.TorchRuntime;
import java.util.Map;

/**
 * What a module takes in memory for as long as it is open.
 *
 * @param weights bytes
 * @param caches bytes of the keys and values of all slots, of what waits for a head, and of the noise
 */
record EngineMemory(long weights, long caches) {
  /**
   * Counts it.
   *
   * @param head null for none
   */
  static EngineMemory of(TargetSpec target, HeadSpec head, EngineLayout layout) {
    long type = layout.bf16() ? 2 : Float.BYTES;
    boolean inOrder = layout.attention() == Attention.IN_ORDER;
    long keyAndValue = 2L * target.headDim() + (inOrder ? Attention.ONES : 0);
    long cache = layout.cacheRows() * target.layers() * target.kvHeads() * keyAndValue * (inOrder ? 4 : type);
    long noise = (long) layout.slots() * layout.ringLength() * target.vocabulary() * Float.BYTES;
    long weights = elements(TensorLayout.of(target)) * bytes(layout.type());
    long ofHead = 0;
    if (head != null) {
      weights += elements(TensorLayout.of(head)) * bytes(layout.headInt8() ? ComputeType.INT8 : layout.type());
      weights += layout.normedEmbeddings(head) * (layout.headInt8() ? Float.BYTES : type);
      ofHead = (long) layout.slots()
          * (layout.headCapacity() * 2L * head.kvHeads() * head.headDim()
              + layout.maxPending() * 3L * target.hidden()
              + 2L * layout.maxDraftRows() * head.hidden());
    }
    return new EngineMemory(weights, cache + noise + ofHead * (layout.headInt8() ? Float.BYTES : type));
  }

  /** Bytes of a weight. */
  static int bytes(ComputeType type) {
    return switch (type) {
      case BF16 -> 2;
      case INT8 -> 1;
      default -> Float.BYTES;
    };
  }

  /** OUT_OF_MEMORY where a device has not so much left. */
  void check(EngineLayout layout, Device device) {
    check(layout, TorchRuntime.freeBytes(device));
  }

  /**
   * The same as if so much were left.
   *
   * @param free bytes
   */
  void check(EngineLayout layout, long free) {
    TalonException.check(
        weights + caches <= free,
        ErrorCode.OUT_OF_MEMORY,
        "the weights take %s and the caches of %s sequences of up to %s tokens %s, and %s has %s left; "
            + "give a smaller --batch or --max-context, or a machine with more memory",
        FreeMemory.text(weights),
        layout.slots(),
        layout.maxContext(),
        FreeMemory.text(caches),
        layout.device().equals("cpu") ? "the host" : layout.device(),
        FreeMemory.text(free));
  }

  static long elements(Map<String, long[]> tensors) {
    long elements = 0;
    for (long[] shape : tensors.values()) {
      long size = 1;
      for (long extent : shape) {
        size *= extent;
      }
      elements += size;
    }
    return elements;
  }
}
