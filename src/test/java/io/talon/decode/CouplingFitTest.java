package io.talon.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.talon.draft.auto.Drafters;
import io.talon.draft.policy.TalonPolicy;
import io.talon.engine.Candidates;
import io.talon.engine.HashEngine;
import io.talon.engine.Noise;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Beta and gamma by maximum likelihood, from candidates of which only the best are seen. */
class CouplingFitTest {
  private static final int VOCABULARY = 40;
  private static final int WIDTH = 6;

  /** Fits to tokens that are drawn from log_softmax(beta * l + gamma * g). */
  private static CouplingFit fit(double beta, double gamma, int observations) {
    CouplingFit fit = new CouplingFit();
    Random random = new Random(3);
    for (int i = 0; i < observations; i++) {
      double[] l = new double[VOCABULARY];
      double[] g = new double[VOCABULARY];
      double[] truth = new double[VOCABULARY];
      double[] scores = new double[VOCABULARY];
      for (int token = 0; token < VOCABULARY; token++) {
        l[token] = 2 * random.nextGaussian();
        g[token] = Noise.gumbel(i, token);
        truth[token] = beta * l[token] + gamma * g[token] - Math.log(-Math.log(random.nextDouble()));
        scores[token] = fit.beta() * l[token] + fit.gamma() * g[token];
      }
      fit.observe(fit.beta(), fit.gamma(), candidates(l, g, scores), 0, best(truth));
      fit.refit();
    }
    return fit;
  }

  private static Candidates candidates(double[] l, double[] g, double[] scores) {
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score);
    }
    double meanL = 0;
    double meanG = 0;
    for (int token = 0; token < VOCABULARY; token++) {
      meanL += Math.exp(scores[token]) / sum * l[token];
      meanG += Math.exp(scores[token]) / sum * g[token];
    }
    int[] tokens = new int[WIDTH];
    float[] logProbs = new float[WIDTH];
    float[] logits = new float[WIDTH];
    float[] noise = new float[WIDTH];
    double[] left = scores.clone();
    for (int i = 0; i < WIDTH; i++) {
      int token = best(left);
      left[token] = Double.NEGATIVE_INFINITY;
      tokens[i] = token;
      logProbs[i] = (float) (scores[token] - Math.log(sum));
      logits[i] = (float) (l[token] - meanL);
      noise[i] = (float) (g[token] - meanG);
    }
    return new Candidates(1, WIDTH, tokens, logProbs, logits, noise);
  }

  private static int best(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  @Test
  void theCoefficientsBehindTheChoicesAreFound() {
    CouplingFit coupled = fit(1.6, 0.9, 3000);
    assertThat(coupled.beta()).isCloseTo(1.6, within(0.15));
    assertThat(coupled.gamma()).isCloseTo(0.9, within(0.15));
    CouplingFit uncoupled = fit(0.7, 0, 3000);
    assertThat(uncoupled.beta()).isCloseTo(0.7, within(0.08));
    assertThat(uncoupled.gamma()).isCloseTo(0, within(0.08));
  }

  @Test
  void fewObservationsHardlyMoveThem() {
    CouplingFit fit = fit(1.6, 0.9, 2);
    assertThat(fit.beta()).isBetween(0.8, 1.3);
    assertThat(fit.gamma()).isBetween(0.0, 0.4);
    assertThat(new CouplingFit().beta()).isEqualTo(1);
    assertThat(new CouplingFit().gamma()).isZero();
  }

  @Test
  void aDraftOfNoNumbersTeachesNothing() {
    CouplingFit fit = new CouplingFit();
    Candidates broken = new Candidates(1, 1, new int[] {4}, new float[] {0}, new float[] {Float.NaN}, new float[] {0});
    fit.observe(1, 0, broken, 0, 4);
    fit.refit();
    assertThat(fit.seen()).isZero();
    assertThat(fit.beta()).isEqualTo(1);
  }

  @Test
  void aDraftThatSeesTheNoiseIsAcceptedMoreOften() {
    assertThat(tau(new Coupling.Fitted())).isGreaterThan(1.15 * tau(new Coupling.None()));
  }

  /** Mean accepted tokens of sampled texts, whose draft is the target with an error of its own. */
  private static double tau(Coupling coupling) {
    List<GenerationRequest> requests = IntStream.range(0, 12).mapToObj(id -> Requests.request(id, 1, 0, 1, 80)).toList();
    Requests requester = new Requests(requests);
    DecodeOptions options =
        new DecodeOptions(new TalonPolicy(16, 4, 0.03), Drafters.ENGINE, coupling, new int[0]);
    new DecodeLoop(new HashEngine(HashEngine.spec(48, 48, 4, 200), 5, 1), options, () -> 0).run(requester);
    double rounds = requester.finished.values().stream().mapToInt(generation -> generation.stats().rounds()).sum();
    return requester.finished.values().stream().mapToInt(generation -> generation.stats().roundTokens()).sum() / rounds;
  }
}
