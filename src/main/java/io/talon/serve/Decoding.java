package io.talon.serve;

import io.talon.conf.CouplingChoice;
import io.talon.conf.DraftOptions;
import io.talon.conf.DraftSources;
import io.talon.conf.ModelOptions;
import io.talon.conf.OptTreeVariant;
import io.talon.conf.PolicyKind;
import io.talon.conf.TextOptions;
import io.talon.decode.Coupling;
import io.talon.draft.Drafter;
import io.talon.draft.HeadDrafter;
import io.talon.draft.MergedDrafts;
import io.talon.draft.lookup.Lookups;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.draft.policy.BeamPolicy;
import io.talon.draft.policy.BranchingPolicy;
import io.talon.draft.policy.ChainPolicy;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.OptTreePolicy;
import io.talon.draft.policy.StaticTreePolicy;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.ComputeType;
import io.talon.engine.EngineOptions;
import io.talon.engine.Sampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Translates options into what the layers below take. */
public final class Decoding {
  private Decoding() {}

  public static TreePolicy policy(DraftOptions options) {
    return switch (options.policy()) {
      case TALON -> new TalonPolicy(options.budget(), options.width(), options.mu());
      case EAGLE3 -> new StaticTreePolicy(options.budget(), options.width(), options.layers());
      case OPT_TREE ->
          new OptTreePolicy(options.budget(), options.threshold(), options.layers(), variant(options.variant()));
      case RSD_C -> new BranchingPolicy(options.budget(), options.branching());
      case RSD_S -> new BeamPolicy(options.budget(), options.width());
      case CHAIN -> new ChainPolicy(options.budget() - 1, options.chainFloor());
      case AR -> new NoDraft();
    };
  }

  private static OptTreePolicy.Variant variant(OptTreeVariant choice) {
    return switch (choice) {
      case INTENDED -> OptTreePolicy.Variant.INTENDED;
      case REPOSITORY -> OptTreePolicy.Variant.REPOSITORY;
    };
  }

  /**
   * What makes the drafts.
   *
   * @param corpora generations of the runs that the sources name
   */
  public static Drafter.Factory drafters(DraftSources sources, List<SuffixIndex> corpora) {
    if (!sources.looksUp()) {
      return HeadDrafter::new;
    }
    Lookups lookups = sources.ngram() == null
        ? new Lookups(0, 0, corpora)
        : new Lookups(sources.ngram().shortest(), sources.ngram().longest(), corpora);
    return sources.hasHead() ? new MergedDrafts(HeadDrafter::new, lookups) : lookups;
  }

  public static Coupling coupling(CouplingChoice choice) {
    if (choice instanceof CouplingChoice.Fixed fixed) {
      return new Coupling.Fixed(fixed.beta(), fixed.gamma());
    }
    return choice instanceof CouplingChoice.Shared ? new Coupling.Shared() : new Coupling.None();
  }

  public static Sampling sampling(TextOptions options, long rowSeed) {
    return new Sampling(options.temperature(), options.topK(), options.topP(), options.minP(), rowSeed);
  }

  /** An engine that serves every one of the policies; it has a head if there is one and one of them drafts. */
  public static EngineOptions engine(ModelOptions models, List<DraftOptions> drafts, String device, int batch) {
    List<TreePolicy> policies = drafts.stream().map(Decoding::policy).toList();
    boolean drafting = models.hasHead() && drafts.stream().map(DraftOptions::policy).anyMatch(PolicyKind::drafts);
    return new EngineOptions(
        Path.of(models.target()),
        drafting ? Path.of(models.head()) : null,
        ComputeType.valueOf(models.dtype().toUpperCase(Locale.ROOT)),
        device,
        models.threads(),
        batch,
        models.maxContext(),
        policies.stream().mapToInt(TreePolicy::maxTreeRows).max().orElse(1),
        drafting ? Math.max(1, policies.stream().mapToInt(TreePolicy::maxDraftRows).max().orElse(1)) : 1,
        models.exact());
  }
}
