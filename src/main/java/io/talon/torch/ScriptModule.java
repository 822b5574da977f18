package io.talon.torch;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** A loaded script: owns the native module, and closes every native value of a call when the call is over. */
final class ScriptModule implements AutoCloseable {
  private final Model model; // a strong reference, since its finalizer closes the module
  private final PtSymbolBlock block;
  private final PtNDManager manager;
  private int openValues; // native values made by this module and not yet closed

  private ScriptModule(Model model) {
    this.model = model;
    block = (PtSymbolBlock) model.getBlock();
    // inputs are always made on the host; the script moves them where it runs
    manager = (PtNDManager) model.getNDManager().newSubManager(Device.cpu());
  }

  static ScriptModule load(String source, Device device) {
    Model model = Model.newInstance("talon", device, "PyTorch");
    try {
      Path file = Files.createTempFile("talon", ".pt");
      try {
        ScriptArchive.write(source, file);
        model.load(file);
      } finally {
        Files.deleteIfExists(file);
      }
      return new ScriptModule(model);
    } catch (IOException | MalformedModelException | EngineException e) {
      model.close();
      throw new TalonException(ErrorCode.ENGINE, "The engine's script could not be loaded: " + e.getMessage(), e);
    }
  }

  /** A call of a method that returns an integer. */
  long number(String method, IValue... arguments) {
    IValue result = run(method, arguments);
    try {
      return result.toLong();
    } finally {
      close(result);
    }
  }

  /** A call of a method that returns an int64 tensor. */
  long[] longs(String method, IValue... arguments) {
    IValue result = run(method, arguments);
    try (PtNDArray tensor = result.toTensor(manager)) {
      return tensor.toLongArray();
    } finally {
      close(result);
    }
  }

  /** A call of a method that returns a float32 tensor. */
  float[] floats(String method, IValue... arguments) {
    IValue result = run(method, arguments);
    try (PtNDArray tensor = result.toTensor(manager)) {
      return tensor.toFloatArray();
    } finally {
      close(result);
    }
  }

  private IValue run(String method, IValue[] arguments) {
    openValues += arguments.length;
    try {
      IValue result = IValueUtils.runMethod(block, method, arguments);
      openValues++;
      return result;
    } catch (EngineException e) {
      throw new TalonException(ErrorCode.ENGINE, method + " failed in the native engine: " + e.getMessage(), e);
    } finally {
      for (IValue argument : arguments) {
        close(argument);
      }
    }
  }

  private void close(IValue value) {
    value.close();
    openValues--;
  }

  /** Native values and arrays of calls that are still open: none between calls. */
  int liveNatives() {
    return openValues + manager.getManagedArrays().size();
  }

  /** An argument from the first {@code shape} longs of a direct buffer. */
  IValue tensor(ByteBuffer buffer, DataType type, long... shape) {
    Shape size = new Shape(shape);
    ByteBuffer data = buffer.duplicate().order(ByteOrder.nativeOrder());
    data.clear().limit(Math.toIntExact(size.size() * type.getNumOfBytes()));
    try (PtNDArray array = manager.create(data, size, type)) {
      return IValue.from(array);
    }
  }

  @Override
  public void close() {
    manager.close();
    model.close();
  }
}
