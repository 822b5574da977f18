package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.io.Serializable;
import java.util.List;

/**
 * How drafts grow.
 *
 * @param budget rows of one verification, the root included
 * @param width children of the root (talon); children and parents per layer (eagle3); nodes per layer (rsd-s)
 * @param mu confidence gate of talon
 * @param branching children per node of rsd-c, layer by layer
 * @param layers draft layers of eagle3; the most that opt-tree grows
 * @param threshold least gain in expected tokens that lets opt-tree grow another layer
 * @param variant whether opt-tree's newest layer counts
 * @param chainFloor least probability of a chain that is drafted further, 0 for none
 */
public record DraftOptions(
    PolicyKind policy,
    int budget,
    int width,
    double mu,
    List<Integer> branching,
    int layers,
    double threshold,
    OptTreeVariant variant,
    double chainFloor,
    CouplingChoice coupling)
    implements Serializable {
  static final int SMALLEST_TREE = 2;
  private static final int LARGEST_TREE = 4096;

  public DraftOptions {
    check(
        budget >= SMALLEST_TREE && budget <= LARGEST_TREE,
        ErrorCode.BAD_OPTION,
        "budget must be in [%s, %s]: %s",
        SMALLEST_TREE,
        LARGEST_TREE,
        budget);
    check(width >= 1, ErrorCode.BAD_OPTION, "width must be 1 or more: %s", width);
    check(mu > 0 && mu <= 1, ErrorCode.BAD_OPTION, "mu must be in (0, 1]: %s", mu);
    check(
        !branching.isEmpty() && branching.stream().allMatch(factor -> factor >= 1),
        ErrorCode.BAD_OPTION,
        "branching must name factors of 1 or more: %s",
        branching);
    branching = List.copyOf(branching);
    check(layers >= 1, ErrorCode.BAD_OPTION, "layers must be 1 or more: %s", layers);
    check(threshold >= 0, ErrorCode.BAD_OPTION, "opt-tree-threshold must be 0 or more: %s", threshold);
    check(chainFloor >= 0 && chainFloor <= 1, ErrorCode.BAD_OPTION, "chain-floor must be in [0, 1]: %s", chainFloor);
  }

  static DraftOptions of(PolicyKind policy, int budget, Settings settings) {
    return new DraftOptions(
        policy,
        budget,
        settings.integer(Key.WIDTH),
        settings.decimal(Key.MU),
        settings.integers(Key.BRANCHING),
        settings.integer(Key.LAYERS),
        settings.decimal(Key.OPT_TREE_THRESHOLD),
        OptTreeVariant.of(settings.required(Key.OPT_TREE_VARIANT)),
        settings.decimal(Key.CHAIN_FLOOR),
        CouplingChoice.of(settings.required(Key.COUPLING)));
  }
}
