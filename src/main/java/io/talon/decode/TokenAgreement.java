package io.talon.decode;

import io.talon.engine.AcceptedRows;
import io.talon.engine.Chosen;
import io.talon.engine.Drafting;
import io.talon.engine.Engine;
import io.talon.engine.Sampling;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How often two engines of one model choose the same greedy token after the same text: that of the first, which decodes plainly.
 *
 * @param tokens compared
 * @param equal of them
 */
public record TokenAgreement(long tokens, long equal) {
  /** Decodes the prompts greedily, whatever their sampling; slot 0 of both engines is free. */
  public static TokenAgreement measure(Engine first, Engine second, List<GenerationRequest> requests, int[] endTokens) {
    TokenAgreement all = new TokenAgreement(0, 0);
    for (GenerationRequest request : requests) {
      TokenAgreement one = measure(first, second, request, endTokens);
      all = new TokenAgreement(all.tokens + one.tokens, all.equal + one.equal);
    }
    return all;
  }

  private static TokenAgreement measure(Engine first, Engine second, GenerationRequest request, int[] endTokens) {
    int length = request.prompt().length;
    int most = Math.min(request.maxNewTokens(), Math.min(first.spec().maxContext(), second.spec().maxContext()) - length);
    int[] text = plainText(first, request.prompt(), most, endTokens);
    int tokens = text.length - length;
    int equal = 0;
    int next = length;
    while (next < text.length) {
      Chosen chosen = second.prefill(0, Arrays.copyOf(text, next), Sampling.GREEDY, Drafting.OFF);
      boolean follows = chosen.token(0) == text[next];
      equal += follows ? 1 : 0;
      next++;
      if (follows && next < text.length) { // what follows is verified together
        TreeBatch chain = chain(text, next - 1, Math.min(text.length - next, second.spec().maxTreeRows()));
        chosen = second.verify(chain);
        for (int row = 0; row < chain.rows(); row++) {
          equal += chosen.token(row) == text[next++] ? 1 : 0;
        }
      }
      second.release(0);
    }
    return new TokenAgreement(tokens, equal);
  }

  /** A prompt and what follows it, the end token included. */
  private static int[] plainText(Engine engine, int[] prompt, int most, int[] endTokens) {
    int[] text = Arrays.copyOf(prompt, prompt.length + most);
    AcceptedRows accepted = new AcceptedRows(1, 1);
    int token = engine.prefill(0, prompt, Sampling.GREEDY, Drafting.OFF).token(0);
    int size = prompt.length;
    text[size++] = token;
    while (size < text.length && !isEnd(token, endTokens)) {
      TreeBatch root = chain(text, size - 1, 1);
      token = engine.verify(root).token(0);
      accepted.clear();
      accepted.add(0, new int[0], 0, token);
      engine.commit(root, accepted);
      text[size++] = token;
    }
    engine.release(0);
    return Arrays.copyOf(text, size);
  }

  private static boolean isEnd(int token, int[] endTokens) {
    return IntStream.of(endTokens).anyMatch(end -> end == token);
  }

  private static TreeBatch chain(int[] text, int start, int rows) {
    DraftTree tree = new DraftTree(rows);
    tree.reset(text[start]);
    for (int row = 1; row < rows; row++) {
      tree.add(row - 1, text[start + row], -row, 0);
    }
    TreeBatch trees = new TreeBatch(1);
    trees.add(0, tree);
    return trees;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.2f%% of %,d greedy tokens are those of fp32", 100.0 * equal / tokens, tokens);
  }
}
