package io.talon.torch;

import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Chosen;
import io.talon.engine.Drafting;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.engine.Frontier;
import io.talon.engine.SlotSet;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.util.ArrayList;
import java.util.List;

/** Passes every call on, and remembers the trees that were verified. */
final class RecordingEngine implements Engine {
  /** A verified tree without its root // [size - 1]. */
  record Tree(int[] tokens, int[] parents, float[] logProbs) {
    static Tree of(DraftTree tree) {
      Tree copy = new Tree(new int[tree.size() - 1], new int[tree.size() - 1], new float[tree.size() - 1]);
      for (int node = 1; node < tree.size(); node++) {
        copy.tokens[node - 1] = tree.token(node);
        copy.parents[node - 1] = tree.parent(node);
        copy.logProbs[node - 1] = tree.logProb(node);
      }
      return copy;
    }
  }

  final List<Tree> trees = new ArrayList<>();
  private final Engine engine;

  RecordingEngine(Engine engine) {
    this.engine = engine;
  }

  @Override
  public EngineSpec spec() {
    return engine.spec();
  }

  @Override
  public void begin(List<Prompt> prompts) {
    engine.begin(prompts);
  }

  @Override
  public Advance advance(int rows) {
    return engine.advance(rows);
  }

  @Override
  public Candidates draftRoot(SlotSet slots, int width) {
    return engine.draftRoot(slots, width);
  }

  @Override
  public Candidates draftLayer(Frontier frontier, int width) {
    return engine.draftLayer(frontier, width);
  }

  @Override
  public int waiting(int slot) {
    return engine.waiting(slot);
  }

  @Override
  public Chosen verify(TreeBatch batch) {
    for (int i = 0; i < batch.count(); i++) {
      trees.add(Tree.of(batch.tree(i)));
    }
    return engine.verify(batch);
  }

  @Override
  public void commit(TreeBatch batch, AcceptedRows accepted) {
    engine.commit(batch, accepted);
  }

  @Override
  public void couple(int slot, Drafting drafting) {
    engine.couple(slot, drafting);
  }

  @Override
  public void release(int slot) {
    engine.release(slot);
  }

  @Override
  public void forget() {
    engine.forget();
  }

  @Override
  public void close() {
    engine.close();
  }
}
