package io.talon.machine;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;

/**
 * The heap of the C library, from which tensors come.
 *
 * <p>glibc gives large pieces back to the system as soon as they are free, and the next one comes as pages that the system has
 * to fill with zeros first. A forward makes dozens of tensors of megabytes: prompts took twice as long as they do with a heap
 * that keeps what it has.
 */
public final class NativeHeap {
  // glibc's names and numbers of what can be set
  private static final int M_TRIM_THRESHOLD = -1;
  private static final int M_MMAP_THRESHOLD = -3;

  private static final int KEPT = 256 << 20; // bytes that may be free at the end of the heap
  private static final int FROM_HEAP = 32 << 20; // bytes of one piece, the most that every version allows; more is mapped

  private static boolean done; // guarded by the class

  private NativeHeap() {}

  /** Lets the heap keep what is freed; leaves it as it is where the environment says how, or where there is no glibc. */
  public static synchronized void keep() {
    boolean given =
        System.getenv().keySet().stream().anyMatch(name -> name.startsWith("MALLOC_") || name.equals("GLIBC_TUNABLES"));
    if (done || given) {
      return;
    }
    done = true;
    try {
      Function mallopt = NativeLibrary.getProcess().getFunction("mallopt");
      mallopt.invokeInt(new Object[] {M_MMAP_THRESHOLD, FROM_HEAP});
      mallopt.invokeInt(new Object[] {M_TRIM_THRESHOLD, KEPT});
    } catch (LinkageError e) {
      return; // another C library, or no place to unpack a native one: slower, and nothing else
    }
  }
}
