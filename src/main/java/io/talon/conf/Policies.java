package io.talon.conf;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.draft.policy.BeamPolicy;
import io.talon.draft.policy.BranchingPolicy;
import io.talon.draft.policy.ChainPolicy;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.OptTreePolicy;
import io.talon.draft.policy.StaticTreePolicy;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import java.util.List;
import java.util.stream.Collectors;

/** Builds the policies from the options. */
final class Policies {
  private Policies() {}

  /** The policy of a name, checked together with all others, so that no option has a senseless value unseen. */
  static TreePolicy named(String name, int budget, Settings settings) {
    List<TreePolicy> all = all(budget, settings);
    return all.stream().filter(policy -> policy.label().equals(name)).findFirst().orElseThrow(() -> {
      String names = all.stream().map(TreePolicy::label).collect(Collectors.joining(", "));
      return new TalonException(ErrorCode.BAD_OPTION, "policy must be one of " + names + ": " + name);
    });
  }

  private static List<TreePolicy> all(int budget, Settings settings) {
    int width = settings.integer(Key.WIDTH);
    int layers = settings.integer(Key.LAYERS);
    return List.of(
        new TalonPolicy(budget, width, settings.decimal(Key.MU)),
        new StaticTreePolicy(budget, width, layers),
        new OptTreePolicy(budget, settings.decimal(Key.OPT_TREE_THRESHOLD), layers, variant(settings)),
        new BranchingPolicy(budget, settings.integers(Key.BRANCHING)),
        new BeamPolicy(budget, width),
        new ChainPolicy(budget - 1, settings.decimal(Key.CHAIN_FLOOR)),
        new NoDraft());
  }

  private static OptTreePolicy.Variant variant(Settings settings) {
    String text = settings.required(Key.OPT_TREE_VARIANT);
    return switch (text) {
      case "intended" -> OptTreePolicy.Variant.INTENDED;
      case "repository" -> OptTreePolicy.Variant.REPOSITORY;
      default -> throw new TalonException(
          ErrorCode.BAD_OPTION, "opt-tree-variant must be intended or repository: " + text);
    };
  }
}
