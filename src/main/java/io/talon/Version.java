package io.talon;

import java.util.Optional;

/** The version of this project. */
public final class Version {
  private Version() {}

  /** The version in the jar's manifest. */
  public static String text() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion()).orElse("development");
  }
}
