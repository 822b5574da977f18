package io.talon.torch.script;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** A loaded script: owns the native module, and closes every native value of a call when the call is over. */
public final class ScriptModule implements AutoCloseable {
  /** Told the method when a call's arguments are native and the script has not read them yet; tests collect garbage here. */
  public static volatile Consumer<String> beforeEachCall = method -> {};

  private final Model model; // a strong reference, since its finalizer closes the module
  private final PtSymbolBlock block;
  private final PtNDManager manager;
  private final Map<Argument, IValue> kept = new IdentityHashMap<>(); // what is the same in every call
  private int openValues; // native values made by this module and not yet closed, but for those kept

  private ScriptModule(Model model) {
    this.model = model;
    block = (PtSymbolBlock) model.getBlock();
    // inputs are always made on the host; the script moves them where it runs
    manager = (PtNDManager) model.getNDManager().newSubManager(Device.cpu());
  }

  public static ScriptModule load(String script, Device device) {
    Model model = Model.newInstance("talon", device, "PyTorch");
    try {
      Path file = Files.createTempFile("talon", ".pt");
      try {
        ScriptArchive.write(script, file);
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
  public long number(String method, Argument... arguments) {
    IValue result = run(method, arguments);
    try {
      return result.toLong();
    } finally {
      close(result);
    }
  }

  /** A call of a method that returns an int64 tensor. */
  public long[] longs(String method, Argument... arguments) {
    IValue result = run(method, arguments);
    try (PtNDArray tensor = result.toTensor(manager)) {
      return tensor.toLongArray();
    } finally {
      close(result);
    }
  }

  /** A call of a method that returns a float32 tensor. */
  public float[] floats(String method, Argument... arguments) {
    IValue result = run(method, arguments);
    try (PtNDArray tensor = result.toTensor(manager)) {
      return tensor.toFloatArray();
    } finally {
      close(result);
    }
  }

  private IValue run(String method, Argument[] arguments) {
    IValue[] values = new IValue[arguments.length];
    int made = 0;
    try {
      while (made < values.length) {
        values[made] = open(arguments[made]);
        made++;
      }
      beforeEachCall.accept(method);
      // The optimiser fuses operators for the shapes of the calls that it has seen, on GPUs, and a fused operator rounds otherwise:
      // rows would hang on what ran before. On CPUs it finds nothing to do, and looks for a second per engine. The setting is the
      // thread's, and any thread may call.
      JniUtils.setGraphExecutorOptimize(false);
      IValue result = IValueUtils.runMethod(block, method, values);
      openValues++;
      return result;
    } catch (EngineException e) {
      throw new TalonException(ErrorCode.ENGINE, method + " failed in the native engine: " + e.getMessage(), e);
    } finally {
      for (int i = 0; i < made; i++) {
        if (!arguments[i].kept()) {
          close(values[i]);
        }
      }
      Reference.reachabilityFence(arguments); // tensors borrow the memory of their arguments
    }
  }

  private IValue open(Argument argument) {
    if (argument.kept()) {
      return kept.computeIfAbsent(argument, same -> same.open(manager));
    }
    IValue value = argument.open(manager);
    openValues++;
    return value;
  }

  private void close(IValue value) {
    value.close();
    openValues--;
  }

  /** Native values and arrays of calls that are still open: none between calls. */
  public int liveNatives() {
    return openValues + manager.getManagedArrays().size();
  }

  @Override
  public void close() {
    kept.values().forEach(IValue::close);
    kept.clear();
    manager.close();
    model.close();
  }
}
