package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.decode.Coupling;
import io.talon.draft.policy.AutoPolicy;
import io.talon.draft.policy.TreePolicy;
import java.io.Serializable;

/**
 * How drafts grow.
 *
 * @param budget as it was given: rows of one tree, the root included
 * @param coupling how the draft's scores use the target's noise
 */
public record DraftOptions(TreePolicy policy, int budget, Coupling coupling) implements Serializable {
  static final int SMALLEST_TREE = 2;
  private static final int LARGEST_TREE = 4096;

  static DraftOptions of(String policy, int budget, Settings settings) {
    check(
        budget >= SMALLEST_TREE && budget <= LARGEST_TREE,
        ErrorCode.BAD_OPTION,
        "budget must be in [%s, %s]: %s",
        SMALLEST_TREE,
        LARGEST_TREE,
        budget);
    TreePolicy named = Policies.named(policy, budget, settings);
    return new DraftOptions(
        named,
        named instanceof AutoPolicy auto ? auto.rows() : budget,
        coupling(settings.required(Key.COUPLING)));
  }

  /** Reads {@code fitted}, {@code none}, {@code shared} or {@code BETA,GAMMA}. */
  static Coupling coupling(String text) {
    return switch (text) {
      case "none" -> new Coupling.None();
      case "fitted" -> new Coupling.Fitted();
      case "shared" -> new Coupling.Shared();
      default -> fixed(text);
    };
  }

  private static Coupling fixed(String text) {
    String[] parts = text.split(",", -1);
    try {
      if (parts.length == 2) {
        return new Coupling.Fixed(Double.parseDouble(parts[0].trim()), Double.parseDouble(parts[1].trim()));
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message that names all forms.
    }
    throw new TalonException(ErrorCode.BAD_OPTION, "coupling must be fitted, none, shared or BETA,GAMMA: " + text);
  }
}
