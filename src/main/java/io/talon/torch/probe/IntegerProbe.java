package io.talon.torch.probe;

import static io.talon.TalonException.check;

import ai.djl.Device;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.engine.DraftWeights;
import io.talon.torch.script.Argument;
import io.talon.torch.script.ScriptModule;

/**
 * Finds out by trying how large the integers of a product's inputs may be on this processor: those without VNNI add pairs of
 * products in 16 bits, which is enough for 7 bits of input alone.
 */
public final class IntegerProbe {
  private static final String SOURCE =
      """
      class Probe(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def level(self: __torch__.Probe, columns: int) -> int:
          scales = torch.mul(torch.ones([16], dtype=7), 0.0078740157480314960)
          zeros = torch.zeros([16], dtype=4)
          whole = torch.quantize_per_channel(torch.ones([16, columns], dtype=6), scales, zeros, 0, 12)
          pack = ops.quantized.linear_prepack(whole, None)
          x = torch.ones([1, columns], dtype=6)
          found = 0
          for level in [127, 63]:
            if torch.eq(found, 0):
              y = ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x, torch.div(1.0, float(level)), level, pack)
              wrong = torch.gt(torch.abs(torch.sub(y, columns)), torch.mul(columns, 0.0001))
              if torch.eq(int(torch.sum(wrong)), 0):
                found = level
          return found
      """;
  private static final int COLUMNS = 256;
  private static final int FULL_LEVEL = 127;
  private static final long WORTHWHILE = 1 << 20; // weights: a draft of 300,000 gained a tenth of a forward at most

  private static final class Found {
    private static final int LEVEL = find();

    private static int find() {
      try (ScriptModule probe = ScriptModule.load(SOURCE, Device.cpu())) {
        return Math.toIntExact(probe.number("level", Argument.of(COLUMNS)));
      } catch (TalonException e) { // a library that was built without
        return 0;
      }
    }
  }

  private IntegerProbe() {}

  /** What the largest input of a row becomes, 127 or 63; DEVICE where the processor's products of integers are wrong or missing. */
  public static int level() {
    check(Found.LEVEL > 0, ErrorCode.DEVICE,
        "weights int8 were asked for, and the native library cannot multiply them on this processor, or does it wrongly;"
            + " use --weights full and --draft-weights auto");
    return Found.LEVEL;
  }

  /**
   * Whether what drafts is to be kept in integers.
   *
   * @param weights how many it has
   */
  public static boolean ofDraft(DraftWeights wanted, Device device, long weights) {
    return switch (wanted) {
      case FULL -> false;
      case AUTO -> !device.isGpu() && weights >= WORTHWHILE && Found.LEVEL == FULL_LEVEL;
      case INT8 -> {
        check(!device.isGpu(), ErrorCode.DEVICE,
            "draft weights int8 are for the CPU, and the device is a GPU; use --draft-weights auto");
        yield level() > 0;
      }
    };
  }
}
