package io.talon.job.waves;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.Version;
import io.talon.conf.Command;
import io.talon.conf.GenerateOptions;
import io.talon.conf.InputOptions;
import io.talon.conf.Key;
import io.talon.run.RunModels;
import io.talon.source.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * What must be the same when a run is resumed, by names that a message can show: the version, the input's files, every option
 * that shapes texts, and the models.
 */
public final class RunIdentity {
  private static final String NONE = "(none)";
  private static final int SHOWN = 40; // characters of a template

  private RunIdentity() {}

  /** What is known before a model is opened. */
  public static SortedMap<String, String> ofOptions(GenerateOptions options, Configuration configuration) {
    SortedMap<String, String> identity = new TreeMap<>();
    identity.put("version", Version.text());
    identity.put("input files", inputFiles(options.input(), configuration));
    boolean exact = options.models().exact();
    if (!exact) {
      identity.put("drafts", String.valueOf(options.models().drafts()));
    }
    Set<String> shaping = new TreeSet<>();
    for (Key key : Key.of(Command.GENERATE)) {
      if (key.shapesTexts() || key.shapesDrafts() && !exact) {
        shaping.add(key.label());
      }
    }
    try {
      JsonNode all = new ObjectMapper().readTree(options.json());
      all.fields().forEachRemaining(option -> {
        if (shaping.contains(option.getKey())) {
          JsonNode value = option.getValue();
          identity.put("--" + option.getKey(), value.isArray() ? value.toString() : value.asText());
        }
      });
    } catch (JsonProcessingException e) {
      throw new AssertionError("options are valid JSON: " + options.json(), e);
    }
    if (options.input().prompts().hasTemplate()) {
      identity.put("--" + Key.PROMPT_TEMPLATE.label(), shown(options.input().prompts().template()));
    }
    return identity;
  }

  /** A template by its text, wherever its file lies: how it begins, and its hash. */
  private static String shown(String template) {
    String line = template.strip().replaceAll("\\s+", " ");
    String start = line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
    return "\"" + start + "\" (SHA-256 " + Fingerprint.ofText(template).substring(0, 12) + ")";
  }

  /**
   * What the models are.
   *
   * @param dtype that the run computes in
   */
  public static SortedMap<String, String> ofModels(GenerateOptions options, RunModels models, String dtype) {
    SortedMap<String, String> identity = new TreeMap<>();
    identity.put("dtype", dtype);
    identity.put("target's SHA-256", models.target().sha256());
    if (models.draft() != null && !options.models().exact()) {
      identity.put("draft's SHA-256", models.draft().sha256());
    }
    return identity;
  }

  /** Changes with the names, sizes and times of the files in a model's directory; cheap, where a hash reads every byte. */
  public static String stamp(String directory) {
    try (Stream<java.nio.file.Path> files = Files.list(java.nio.file.Path.of(directory))) {
      List<String> lines = new ArrayList<>();
      for (java.nio.file.Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        lines.add(file.getFileName() + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
      }
      return Fingerprint.of(lines.toArray(String[]::new));
    } catch (IOException e) {
      throw new TalonException(
          ErrorCode.MODEL_FILE, "cannot read " + directory + ": " + TalonException.firstLine(e), e);
    }
  }

  /** What differs, each with both values; empty where nothing does. */
  public static List<String> differences(SortedMap<String, String> recorded, SortedMap<String, String> now) {
    Set<String> names = new TreeSet<>(recorded.keySet());
    names.addAll(now.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String before = recorded.getOrDefault(name, NONE);
      String after = now.getOrDefault(name, NONE);
      if (!before.equals(after)) {
        differences.add(name + " was " + before + " and is " + after);
      }
    }
    return differences;
  }

  /** Refuses to resume where something differs. */
  public static void check(RunDirectory directory, List<String> differences) {
    TalonException.check(
        differences.isEmpty(),
        ErrorCode.BAD_OUTPUT,
        "the run in %s cannot be resumed, as its texts would not be those of one run: %s; give the options that it was begun "
            + "with, or another --output",
        directory,
        String.join("; ", differences));
  }

  private static String inputFiles(InputOptions options, Configuration configuration) {
    try {
      Path path = new Path(options.path());
      FileSystem files = path.getFileSystem(configuration);
      FileStatus[] found = files.globStatus(path);
      TreeSet<String> lines = new TreeSet<>();
      long bytes = 0;
      long newest = 0;
      for (FileStatus place : found == null ? new FileStatus[0] : found) {
        RemoteIterator<LocatedFileStatus> inside = files.listFiles(place.getPath(), true);
        while (inside.hasNext()) {
          FileStatus file = inside.next();
          lines.add(file.getPath() + " " + file.getLen() + " " + file.getModificationTime());
          bytes += file.getLen();
          newest = Math.max(newest, file.getModificationTime());
        }
      }
      String print = Fingerprint.of(lines.toArray(String[]::new)).substring(0, 8);
      return lines.size() + " files, " + bytes + " bytes, newest of " + Instant.ofEpochMilli(newest) + ", print " + print;
    } catch (IOException | IllegalArgumentException e) {
      throw new TalonException(ErrorCode.BAD_INPUT, "cannot read " + options.path() + ": " + e.getMessage(), e);
    }
  }
}
