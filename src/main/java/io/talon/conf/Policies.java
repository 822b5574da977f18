package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.draft.policy.AutoPolicy;
import io.talon.draft.policy.BeamPolicy;
import io.talon.draft.policy.BranchingPolicy;
import io.talon.draft.policy.ChainPolicy;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.OptTreePolicy;
import io.talon.draft.policy.StaticTreePolicy;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Builds the policies from the options. */
final class Policies {
  private static final int AUTO_DEPTH = 16;
  /** What each policy reads; plain decoding reads nothing. */
  private static final Map<String, Set<Key>> READ = Map.of(
      "auto", Set.of(Key.MAX_ROWS, Key.MAX_DEPTH),
      "talon", Set.of(Key.BUDGET, Key.WIDTH, Key.MU, Key.MAX_DEPTH, Key.UNGATED_LAYERS),
      "eagle3", Set.of(Key.BUDGET, Key.WIDTH, Key.LAYERS),
      "opt-tree", Set.of(Key.BUDGET, Key.LAYERS, Key.OPT_TREE_THRESHOLD, Key.OPT_TREE_VARIANT),
      "rsd-c", Set.of(Key.BUDGET, Key.BRANCHING),
      "rsd-s", Set.of(Key.BUDGET, Key.WIDTH),
      "chain", Set.of(Key.BUDGET, Key.CHAIN_FLOOR),
      "ar", Set.of());

  private Policies() {}

  /** The policy of a name, checked together with all others, so that no option has a senseless value unseen. */
  static TreePolicy named(String name, int budget, Settings settings) {
    List<TreePolicy> all = all(budget, settings);
    return all.stream().filter(policy -> policy.label().equals(name)).findFirst().orElseThrow(() -> {
      String names = all.stream().map(TreePolicy::label).collect(Collectors.joining(", "));
      return new TalonException(ErrorCode.BAD_OPTION, "policy must be one of " + names + ": " + name);
    });
  }

  /** The options of other policies that were set to something else than their defaults, as they would be typed, in order. */
  static List<String> unheeded(String name, Settings settings) {
    Set<Key> read = READ.get(name);
    return READ.values().stream()
        .flatMap(Set::stream)
        .distinct()
        .filter(key -> !read.contains(key) && !settings.text(key).equals(key.fallback()))
        .sorted()
        .map(key -> "--" + key.label())
        .toList();
  }

  private static List<TreePolicy> all(int budget, Settings settings) {
    int width = settings.integer(Key.WIDTH);
    int layers = settings.integer(Key.LAYERS);
    int maxDepth = settings.integer(Key.MAX_DEPTH);
    check(maxDepth >= 0, ErrorCode.BAD_OPTION, "max-depth must be 0 (no limit of its own) or more: %s", maxDepth);
    return List.of(
        new AutoPolicy(settings.integer(Key.MAX_ROWS), maxDepth == 0 ? AUTO_DEPTH : maxDepth),
        new TalonPolicy(
            budget, width, settings.decimal(Key.MU), maxDepth == 0 ? budget : maxDepth, settings.integer(Key.UNGATED_LAYERS)),
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
