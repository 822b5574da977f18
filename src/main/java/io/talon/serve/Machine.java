package io.talon.serve;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The machine this JVM runs on. */
final class Machine {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** Processor, cores and system as a JSON object. */
  static ObjectNode describe() {
    ObjectNode machine = new ObjectMapper().createObjectNode();
    machine.put("cpu", processor().orElse(System.getProperty("os.arch")));
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return machine;
  }

  private static Optional<String> processor() {
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines.filter(line -> line.startsWith("model name")).map(line -> line.replaceFirst("[^:]*:\\s*", "")).findFirst();
    } catch (IOException e) { // other systems have no such file
      return Optional.empty();
    }
  }
}
