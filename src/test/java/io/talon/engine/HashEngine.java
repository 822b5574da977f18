package io.talon.engine;

import io.talon.engine.HashSlot.State;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An engine whose language is a hash: the logits of a row depend on every token of its path and on nothing else, so a wrong
 * parent, position or commit changes the text.
 *
 * <p>The draft is the same language with its own noise on top, over a part of the vocabulary. The engine keeps to its contract
 * and insists that its caller does: every misuse is an {@link IllegalStateException} that says what was wrong.
 */
public final class HashEngine implements Engine {
  private final EngineSpec spec;
  private final HashLanguage language;
  private final HashSlot[] slots;
  private final HashFaults faults = new HashFaults();
  private TreeBatch verified;
  private int[] chosen;
  private boolean closed;
  private int draftForwards;
  private int targetForwards;
  private final HashPrompts prompts = new HashPrompts();

  /**
   * An engine.
   *
   * @param language seed of the language
   * @param draftNoise how far the draft's logits are from the target's; 0 for a perfect draft
   */
  public HashEngine(EngineSpec spec, long language, double draftNoise) {
    this.spec = spec;
    this.language = new HashLanguage(spec, language, (float) draftNoise);
    slots = new HashSlot[spec.slots()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new HashSlot();
    }
  }

  /** A specification with the given vocabularies, slots and context, and room for any tree of the tests. */
  public static EngineSpec spec(int vocabulary, int draftVocabulary, int slots, int maxContext) {
    return new EngineSpec(vocabulary, draftVocabulary, slots, maxContext, 128, 256, "cpu", "fp32", 1, 0, 0, true, "");
  }

  /** What is to go wrong. */
  public HashFaults faults() {
    return faults;
  }

  /** Whether a sequence lives whose prompt begins with a token. */
  public boolean holds(int firstToken) {
    return Arrays.stream(slots).anyMatch(slot -> slot.state != State.FREE && slot.firstToken == firstToken);
  }

  public int draftForwards() {
    return draftForwards;
  }

  public int targetForwards() {
    return targetForwards;
  }

  /** Slots that hold a sequence. */
  public int liveSlots() {
    return (int) Arrays.stream(slots).filter(slot -> slot.state != State.FREE).count();
  }

  /** The target's logits behind a sequence of tokens: some contexts are sure of themselves, others are not. */
  public float[] targetLogits(int[] tokens) {
    return language.targetLogits(language.hash(tokens));
  }

  @Override
  public EngineSpec spec() {
    return spec;
  }

  @Override
  public void begin(List<Prompt> batch) {
    for (Prompt prompt : batch) {
      require(slots[prompt.slot()].state == State.FREE, "prefill into slot %s, which lives", prompt.slot());
      HashPrompts.check(prompt, spec);
      slots[prompt.slot()].state = State.FILLING;
    }
    prompts.begin(batch);
  }

  @Override
  public Advance advance(int rows) {
    open();
    return prompts.advance(rows, this::start);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private HashPrompts.First start(Prompt prompt) {
    HashSlot state = slots[prompt.slot()];
    state.state = State.READY;
    state.sampling = prompt.sampling();
    state.drafting = prompt.drafting();
    state.committed = language.hash(prompt.tokens());
    state.length = prompt.tokens().length;
    state.waiting = 1;
    state.firstToken = prompt.tokens()[0];
    state.root = SamplingTwin.choose(language.targetLogits(state.committed), state.sampling, state.length);
    state.draftHashes = new long[spec.maxDraftRows()];
    state.draftDepths = new int[spec.maxDraftRows()];
    state.draftChildren = new Set[spec.maxDraftRows()];
    return new HashPrompts.First(state.root, margin(state, state.committed, state.length));
  }

  @Override
  public Candidates draftRoot(SlotSet set, int width) {
    open();
    require(set.size() > 0, "a draft of no slots");
    draftForwards++;
    Candidates candidates = candidates(set.size(), width);
    for (int i = 0; i < set.size(); i++) {
      HashSlot slot = slots[set.slot(i)];
      require(slot.state == State.READY, "draftRoot of slot %s, which is %s", set.slot(i), slot.state);
      require(slot.drafting.enabled(), "draftRoot of slot %s, which was prefilled without drafting", set.slot(i));
      slot.state = State.DRAFTED;
      slot.waiting = 0;
      slot.draftRows = 0;
      expand(slot, HashLanguage.mix(slot.committed, slot.root), 0, candidates, i);
    }
    return candidates;
  }

  @Override
  public Candidates draftLayer(Frontier frontier, int width) {
    open();
    require(frontier.size() > 0, "a draft of no rows");
    draftForwards++;
    Candidates candidates = candidates(frontier.size(), width);
    Set<Integer> seen = new HashSet<>();
    int earlierRows = 0;
    for (int row = 0; row < frontier.size(); row++) {
      HashSlot slot = slots[frontier.slot(row)];
      if (row == 0 || frontier.slot(row) != frontier.slot(row - 1)) {
        require(seen.add(frontier.slot(row)), "rows of slot %s are not contiguous", frontier.slot(row));
        earlierRows = slot.draftRows;
      }
      require(slot.state == State.DRAFTED, "draftLayer of slot %s, which is %s", frontier.slot(row), slot.state);
      int parent = frontier.parentRow(row);
      require(parent >= 0 && parent < earlierRows, "draft row %s is no parent: %s rows so far", parent, earlierRows);
      int depth = slot.draftDepths[parent] + 1;
      require(depth == slot.draftDepths[earlierRows - 1] + 1, "row %s does not extend the newest layer", row);
      require(slot.draftChildren[parent].remove(frontier.token(row)), "token %s is no child of row %s", frontier.token(row),
          parent);
      expand(slot, HashLanguage.mix(slot.draftHashes[parent], frontier.token(row)), depth, candidates, row);
    }
    return candidates;
  }

  @Override
  public int waiting(int slot) {
    return slots[slot].waiting;
  }

  private float margin(HashSlot slot, long hash, int position) {
    return faults.breaks(slot.firstToken, position)
        ? Float.NaN
        : SamplingTwin.margin(language.targetLogits(hash), slot.sampling, position);
  }

  @Override
  public Chosen verify(TreeBatch trees) {
    open();
    require(trees.count() > 0, "a verification of no trees");
    faults.verifying(targetForwards++);
    verified = trees;
    chosen = new int[trees.rows()];
    float[] margins = new float[trees.rows()];
    for (int i = 0; i < trees.count(); i++) {
      HashSlot slot = slots[trees.slot(i)];
      DraftTree tree = trees.tree(i);
      require(slot.state == State.READY || slot.state == State.DRAFTED, "verify of slot %s, which is %s", trees.slot(i),
          slot.state);
      require(tree.size() <= spec.maxTreeRows(), "a tree of %s rows", tree.size());
      require(tree.token(0) == slot.root, "the root is %s, not the pending token %s", tree.token(0), slot.root);
      slot.state = State.VERIFIED;
      long[] hashes = new long[tree.size()];
      for (int node = 0; node < tree.size(); node++) {
        int position = slot.length + tree.depth(node);
        require(position < spec.maxContext(), "position %s is outside the context", position);
        require(tree.token(node) >= 0 && tree.token(node) < spec.vocabulary(), "token %s", tree.token(node));
        hashes[node] = HashLanguage.mix(node == 0 ? slot.committed : hashes[tree.parent(node)], tree.token(node));
        chosen[trees.firstRow(i) + node] = SamplingTwin.choose(language.targetLogits(hashes[node]), slot.sampling, position + 1);
        margins[trees.firstRow(i) + node] = margin(slot, hashes[node], position + 1);
      }
    }
    for (int i = 0; i < slots.length; i++) {
      require(slots[i].state != State.READY && slots[i].state != State.DRAFTED, "slot %s lives, but was not verified", i);
    }
    return new Chosen(chosen.clone(), margins);
  }

  @Override
  public void commit(TreeBatch trees, AcceptedRows accepted) {
    open();
    require(trees == verified, "commit of trees that were not verified last");
    require(accepted.size() > 0, "a commit of nothing");
    for (int i = 0; i < accepted.size(); i++) {
      int index = accepted.treeIndex(i);
      HashSlot slot = slots[trees.slot(index)];
      DraftTree tree = trees.tree(index);
      require(slot.state == State.VERIFIED, "commit of slot %s, which is %s", trees.slot(index), slot.state);
      int node = 0;
      slot.committed = HashLanguage.mix(slot.committed, slot.root);
      for (int step = 0; step < accepted.count(i); step++) {
        int next = accepted.node(i, step);
        require(tree.parent(next) == node, "node %s is no child of node %s", next, node);
        require(tree.token(next) == chosen[trees.firstRow(index) + node], "node %s was not chosen", next);
        slot.committed = HashLanguage.mix(slot.committed, tree.token(next));
        node = next;
      }
      require(accepted.nextRoot(i) == chosen[trees.firstRow(index) + node], "the new root %s was not chosen",
          accepted.nextRoot(i));
      slot.length += accepted.count(i) + 1;
      slot.waiting += accepted.count(i) + 1;
      slot.root = accepted.nextRoot(i);
      slot.state = State.READY;
    }
  }

  @Override
  public void couple(int slot, Drafting drafting) {
    require(slots[slot].state == State.READY && slots[slot].drafting.enabled(), "coupling of slot %s", slot);
    slots[slot].drafting = drafting;
  }

  @Override
  public void release(int slot) {
    require(slots[slot].state != State.FREE, "release of slot %s, which is free", slot);
    prompts.giveUp(slot);
    slots[slot].state = State.FREE;
  }

  @Override
  public void close() {
    closed = true;
  }

  private Candidates candidates(int rows, int width) {
    require(width >= 1, "a draft of %s children per row", width);
    int served = Math.min(width, spec.draftVocabulary());
    int size = rows * served;
    return new Candidates(rows, served, new int[size], new float[size], new float[size], new float[size]);
  }

  /** Appends a draft row to its slot and writes its best children. */
  private void expand(HashSlot slot, long hash, int depth, Candidates candidates, int row) {
    require(slot.draftRows < spec.maxDraftRows(), "more than %s draft rows", spec.maxDraftRows());
    float[] logProbs = language.draftLogProbs(hash, slot.sampling, slot.drafting, slot.length + depth + 1);
    Set<Integer> children = new HashSet<>();
    int[] ranked = HashLanguage.best(logProbs, candidates.width());
    for (int i = 0; i < ranked.length; i++) {
      int best = ranked[i];
      int at = row * candidates.width() + i;
      children.add(language.targetToken(best));
      candidates.tokens()[at] = language.targetToken(best);
      candidates.logProbs()[at] = logProbs[best];
      candidates.logits()[at] = HashLanguage.deviation(language.draftLogits(hash), logProbs, best);
      candidates.noise()[at] = HashLanguage.deviation(language.noise(slot.sampling, slot.length + depth + 1), logProbs, best);
    }
    slot.draftHashes[slot.draftRows] = hash;
    slot.draftDepths[slot.draftRows] = depth;
    slot.draftChildren[slot.draftRows] = children;
    slot.draftRows++;
  }

  private void open() {
    require(!closed, "the engine is closed");
  }

  private static void require(boolean condition, String format, Object... args) {
    if (!condition) {
      throw new IllegalStateException(String.format(format, args));
    }
  }
}
