package io.talon.source;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a model is, as a user types it; a reference that is pinned names one version of it for good. */
public sealed interface ModelReference {
  /** Reads {@code hf:org/name[@revision]}, {@code scheme://path[#version]} or the path of a local directory. */
  static ModelReference of(String text) {
    if (text.startsWith(Hub.SCHEME)) {
      return Hub.of(text);
    }
    return Remote.SHAPE.matcher(text).lookingAt() ? Remote.of(text) : new Local(text);
  }

  /** The reference as it would be typed. */
  String text();

  /** What the model is called, without the place that it lies in. */
  String name();

  /** A directory that every node sees under the same path. */
  record Local(String text) implements ModelReference {
    @Override
    public String name() {
      return String.valueOf(Path.of(text).getFileName());
    }
  }

  /**
   * A model on a hub.
   *
   * @param repository {@code org/name}
   * @param revision a branch, a tag or a commit
   */
  record Hub(String repository, String revision) implements ModelReference {
    private static final String SCHEME = "hf:";
    private static final String DEFAULT_REVISION = "main";
    private static final Pattern SHAPE = Pattern.compile("hf:([\\w-][\\w.-]*(?:/[\\w-][\\w.-]*)?)(?:@([\\w./-]+))?");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    private static Hub of(String text) {
      Matcher matcher = SHAPE.matcher(text);
      check(matcher.matches(), ErrorCode.BAD_OPTION, "a model of the hub must be named hf:org/name[@revision]: %s", text);
      return new Hub(matcher.group(1), matcher.group(2) == null ? DEFAULT_REVISION : matcher.group(2));
    }

    @Override
    public String text() {
      return SCHEME + repository + "@" + revision;
    }

    @Override
    public String name() {
      return repository;
    }

    boolean pinned() {
      return COMMIT.matcher(revision).matches();
    }

    Hub at(String commit) {
      return new Hub(repository, commit);
    }
  }

  /**
   * A directory on another file system.
   *
   * @param uri with its scheme
   * @param version what lay there when the reference was pinned; empty for whatever lies there now
   */
  record Remote(String uri, String version) implements ModelReference {
    private static final Pattern SHAPE = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://");
    private static final Pattern PINNED = Pattern.compile("(.+)#([0-9a-f]{16})");

    private static Remote of(String text) {
      Matcher matcher = PINNED.matcher(text);
      return matcher.matches() ? new Remote(matcher.group(1), matcher.group(2)) : new Remote(text, "");
    }

    @Override
    public String text() {
      return version.isEmpty() ? uri : uri + "#" + version;
    }

    @Override
    public String name() {
      String path = uri.replaceAll("/+$", "");
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }
}
