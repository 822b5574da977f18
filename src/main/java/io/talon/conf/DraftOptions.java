package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.io.Serializable;

/**
 * How drafts grow.
 *
 * @param budget rows of one verification, the root included
 * @param width children of the root (talon); children and parents per layer (eagle3)
 * @param mu confidence gate of talon
 * @param layers draft layers of eagle3
 */
public record DraftOptions(PolicyKind policy, int budget, int width, double mu, int layers, CouplingChoice coupling)
    implements Serializable {
  private static final int LARGEST_TREE = 4096;

  public DraftOptions {
    check(budget >= 2 && budget <= LARGEST_TREE, ErrorCode.BAD_OPTION, "budget must be in [2, %s]: %s", LARGEST_TREE, budget);
    check(width >= 1, ErrorCode.BAD_OPTION, "width must be 1 or more: %s", width);
    check(mu > 0 && mu <= 1, ErrorCode.BAD_OPTION, "mu must be in (0, 1]: %s", mu);
    check(layers >= 1, ErrorCode.BAD_OPTION, "layers must be 1 or more: %s", layers);
  }

  /** The same options for another policy and budget. */
  public DraftOptions with(PolicyKind otherPolicy, int otherBudget) {
    return new DraftOptions(otherPolicy, otherBudget, width, mu, layers, coupling);
  }

  static DraftOptions of(PolicyKind policy, int budget, Settings settings) {
    return new DraftOptions(
        policy,
        budget,
        settings.integer(Key.WIDTH),
        settings.decimal(Key.MU),
        settings.integer(Key.LAYERS),
        CouplingChoice.of(settings.required(Key.COUPLING)));
  }
}
