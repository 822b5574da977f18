package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;

/**
 * Which generations {@code talon audit} decodes again; what else it needs is told by the run, see
 * {@link ModelOptions#ofAudit}.
 *
 * @param sample share of the generations
 * @param seed of the choice
 */
public record AuditOptions(Share sample, long seed) {
  /** Reads and checks the options. */
  public static AuditOptions of(Settings settings) {
    double fraction = settings.decimal(Key.AUDIT_SAMPLE);
    check(fraction > 0 && fraction <= 1, ErrorCode.BAD_OPTION, "sample must be in (0, 1]: %s", fraction);
    return new AuditOptions(new Share(fraction), settings.longInteger(Key.AUDIT_SEED));
  }
}
