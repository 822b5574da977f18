package io.talon.draft.policy;

import java.util.List;
import java.util.stream.Stream;

/** Policies to try everything with. */
public final class SamplePolicies {
  private SamplePolicies() {}

  /** One of every kind and of every way in which a kind can grow, in trees of sixteen rows at most. */
  public static List<TreePolicy> all() {
    return List.of(
        new NoDraft(),
        new AutoPolicy(16, 8),
        new ChainPolicy(5),
        new ChainPolicy(9, 0.3),
        new BeamPolicy(16, 3),
        new BranchingPolicy(16, List.of(3, 2, 1)),
        new OptTreePolicy(16, 0.1, 5, OptTreePolicy.Variant.INTENDED),
        new OptTreePolicy(16, 0.1, 5, OptTreePolicy.Variant.REPOSITORY),
        new StaticTreePolicy(16, 4, 4),
        new TalonPolicy(16, 4, 0.03));
  }

  /** The same, and others. */
  public static List<TreePolicy> allAnd(TreePolicy... others) {
    return Stream.concat(all().stream(), Stream.of(others)).toList();
  }
}
