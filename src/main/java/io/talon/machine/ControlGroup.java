package io.talon.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The limits that Linux's control groups, which containers are made of, set to this process: the tightest of its group and
 * all groups around it, in version 1 and 2 of their files.
 *
 * @param processors as a share of time, for example 2.5; infinite where nothing limits it
 * @param freeBytes of the memory that the group may have, what it has not taken or could give back; the largest long where
 *     nothing limits it
 */
public record ControlGroup(double processors, long freeBytes) {
  private static final ControlGroup NONE = new ControlGroup(Double.POSITIVE_INFINITY, Long.MAX_VALUE);
  private static final long UNLIMITED = 1L << 60; // version 1 writes a number near the largest long for no limit

  /** Of this process, now. */
  public static ControlGroup ofThisProcess() {
    return read(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
  }

  /**
   * Reads the limits; where there are no such files there are none.
   *
   * @param membership the file that names the process's group of every hierarchy: {@code id:controllers:/path}
   * @param root where the hierarchies are mounted
   */
  static ControlGroup read(Path membership, Path root) {
    ControlGroup limits = NONE;
    for (String line : lines(membership)) {
      String[] parts = line.split(":", 3);
      if (parts.length < 3) {
        continue;
      }
      if (parts[1].isEmpty()) {
        for (Path group : groups(root, parts[2])) {
          limits = limits.with(processors2(group)).with(freeBytes(group, "memory.max", "memory.current", "inactive_file"));
        }
      }
      for (String controller : parts[1].split(",")) {
        for (Path group : groups(root.resolve(controller), parts[2])) {
          limits = switch (controller) {
            case "cpu" -> limits.with(processors1(group));
            case "memory" -> limits.with(
                freeBytes(group, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"));
            default -> limits;
          };
        }
      }
    }
    return limits;
  }

  /** Whole processors that this process may use, of so many that there are; one at least. */
  public int processors(int present) {
    return (int) Math.max(1, Math.min(present, Math.ceil(processors)));
  }

  private ControlGroup with(double otherProcessors) {
    return new ControlGroup(Math.min(processors, otherProcessors), freeBytes);
  }

  private ControlGroup with(long otherBytes) {
    return new ControlGroup(processors, Math.min(freeBytes, otherBytes));
  }

  /** A group's directory and those around it; a container that sees its own group as the root has the last one alone. */
  private static List<Path> groups(Path hierarchy, String path) {
    List<Path> groups = new ArrayList<>();
    Path top = hierarchy.normalize();
    for (Path group = top.resolve(path.substring(1)).normalize(); group.startsWith(top); group = group.getParent()) {
      groups.add(group);
    }
    return groups;
  }

  /** {@code cpu.max}: quota and period in microseconds, {@code max} for no quota. */
  private static double processors2(Path group) {
    List<String> lines = lines(group.resolve("cpu.max"));
    String[] parts = lines.isEmpty() ? new String[0] : lines.get(0).trim().split("\\s+");
    return parts.length == 2 && !parts[0].equals("max")
        ? share(Long.parseLong(parts[0]), Long.parseLong(parts[1]))
        : NONE.processors;
  }

  /** The same in two files, -1 for no quota. */
  private static double processors1(Path group) {
    OptionalLong quota = number(group.resolve("cpu.cfs_quota_us"));
    OptionalLong period = number(group.resolve("cpu.cfs_period_us"));
    return quota.isPresent() && period.isPresent() ? share(quota.getAsLong(), period.getAsLong()) : NONE.processors;
  }

  private static double share(long quota, long period) {
    return quota > 0 && period > 0 ? (double) quota / period : NONE.processors;
  }

  /** Pages of files that were not used lately count as free: the group gives them back before it is out of memory. */
  private static long freeBytes(Path group, String limitFile, String usageFile, String reclaimable) {
    OptionalLong limit = number(group.resolve(limitFile));
    OptionalLong usage = number(group.resolve(usageFile));
    if (limit.isEmpty() || usage.isEmpty() || limit.getAsLong() >= UNLIMITED) {
      return NONE.freeBytes;
    }
    long pages = lines(group.resolve("memory.stat")).stream()
        .filter(line -> line.startsWith(reclaimable + " "))
        .mapToLong(line -> Long.parseLong(line.substring(reclaimable.length() + 1).trim()))
        .findFirst()
        .orElse(0);
    return Math.max(0, limit.getAsLong() - usage.getAsLong() + pages);
  }

  private static OptionalLong number(Path file) {
    List<String> lines = lines(file);
    boolean digits = !lines.isEmpty() && lines.get(0).trim().matches("-?\\d{1,19}");
    try {
      return digits ? OptionalLong.of(Long.parseLong(lines.get(0).trim())) : OptionalLong.empty();
    } catch (NumberFormatException e) { // beyond a long, as good as no limit
      return OptionalLong.empty();
    }
  }

  private static List<String> lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.toList();
    } catch (IOException e) { // other systems, and groups above a container's own, have no such file
      return List.of();
    }
  }
}
