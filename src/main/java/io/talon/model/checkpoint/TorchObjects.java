package io.talon.model.checkpoint;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The objects that a file of weights may name: ordered dicts, tensors, parameters and storages; all others are refused. */
final class TorchObjects implements Unpickler.AllowList {
  /** Numbers of one type under a key of the file. */
  record Storage(String dtype, String key, long elements) {}

  /** A strided view of a storage, in elements. */
  record Tensor(Storage storage, long offset, long[] shape, long[] strides) {}

  /** An allowed name; for storages with the element type as safetensors spells it, else null. */
  private record Global(String name, String dtype) {}

  private static final String DICT = "collections.OrderedDict";
  private static final String TENSOR = "torch._utils._rebuild_tensor_v2";
  private static final String PARAMETER = "torch._utils._rebuild_parameter";
  private static final Map<String, String> STORAGES =
      Map.of(
          "torch.FloatStorage", "F32",
          "torch.HalfStorage", "F16",
          "torch.BFloat16Storage", "BF16",
          "torch.DoubleStorage", "F64",
          "torch.LongStorage", "I64",
          "torch.IntStorage", "I32",
          "torch.ShortStorage", "I16",
          "torch.CharStorage", "I8",
          "torch.ByteStorage", "U8",
          "torch.BoolStorage", "BOOL");

  @Override
  public Object global(String name) {
    String dtype = STORAGES.get(name);
    check(
        dtype != null || name.equals(DICT) || name.equals(TENSOR) || name.equals(PARAMETER),
        ErrorCode.MODEL_FILE,
        "The file asks for the Python object %s, which is not allowed in a file of weights; nothing of it was run",
        name);
    return new Global(name, dtype);
  }

  @Override
  public Object call(Object callable, List<?> arguments) {
    String name = callable instanceof Global global ? global.name : "an object that is no function";
    return switch (name) {
      case DICT -> dict(arguments);
      case TENSOR -> tensor(arguments);
      case PARAMETER -> parameter(arguments);
      default -> throw new TalonException(ErrorCode.MODEL_FILE, "The file calls " + name + ", which is not allowed");
    };
  }

  /** {@code ('storage', type, key, location, elements)}. */
  @Override
  public Object persistent(Object id) {
    if (id instanceof List<?> parts
        && parts.size() == 5
        && "storage".equals(parts.get(0))
        && parts.get(1) instanceof Global type
        && type.dtype != null
        && parts.get(2) instanceof String key
        && parts.get(4) instanceof Long elements
        && elements >= 0) {
      return new Storage(type.dtype, key, elements);
    }
    throw new TalonException(ErrorCode.MODEL_FILE, "The file refers to an outside object that is no torch storage");
  }

  private static Object dict(List<?> arguments) {
    check(arguments.isEmpty(), ErrorCode.MODEL_FILE, "%s must be called without arguments, found %s", DICT, arguments.size());
    return new LinkedHashMap<>();
  }

  /** {@code (storage, offset, size, stride, requires_grad, hooks)}. */
  private static Object tensor(List<?> arguments) {
    if (arguments.size() == 6
        && arguments.get(0) instanceof Storage storage
        && arguments.get(1) instanceof Long offset
        && arguments.get(2) instanceof List<?> shape
        && arguments.get(3) instanceof List<?> strides
        && shape.size() == strides.size()
        && offset >= 0) {
      return new Tensor(storage, offset, sizes(shape), sizes(strides));
    }
    throw new TalonException(ErrorCode.MODEL_FILE, TENSOR + " must be called with storage, offset, sizes, strides and two flags");
  }

  /** {@code (tensor, requires_grad, hooks)}. */
  private static Object parameter(List<?> arguments) {
    check(
        arguments.size() == 3 && arguments.get(0) instanceof Tensor,
        ErrorCode.MODEL_FILE,
        "%s must be called with a tensor and two flags",
        PARAMETER);
    return arguments.get(0);
  }

  private static long[] sizes(List<?> items) {
    long[] sizes = new long[items.size()];
    for (int i = 0; i < sizes.length; i++) {
      check(
          items.get(i) instanceof Long size && size >= 0,
          ErrorCode.MODEL_FILE,
          "%s must be called with sizes and strides from 0 on",
          TENSOR);
      sizes[i] = (Long) items.get(i);
    }
    return sizes;
  }
}
