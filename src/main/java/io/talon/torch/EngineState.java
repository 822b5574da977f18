package io.talon.torch;

import io.talon.model.TargetSpec;
import io.talon.torch.module.EngineLayout;
import io.talon.torch.script.ScriptModule;

/** What the calls of one engine share: the module, the layout, the slots and the noise. */
final class EngineState {
  final ScriptModule module;
  final EngineLayout layout;
  final int vocabulary;
  final int draftVocabulary; // 0 without a head
  final int groups; // query heads that share a key head
  final int queryWidth; // elements of a row of queries, all heads together; a head's are about as many
  final Slot[] slots;
  final NoiseRing noise;

  EngineState(ScriptModule module, EngineLayout layout, TargetSpec model, int draftVocabulary) {
    this.module = module;
    this.layout = layout;
    vocabulary = model.vocabulary();
    groups = model.heads() / model.kvHeads();
    queryWidth = model.heads() * model.headDim();
    this.draftVocabulary = draftVocabulary;
    slots = new Slot[layout.slots()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new Slot(layout.capacity(), layout.maxDraftRows());
    }
    noise = new NoiseRing(layout.slots(), layout.ringLength());
  }

  /** Row of a slot's token in the target's cache. */
  long cacheRow(int slot, int index) {
    return (long) slot * layout.capacity() + index;
  }

  /** Row of a slot's token in the head's cache. */
  long headCacheRow(int slot, int index) {
    return (long) slot * layout.headCapacity() + index;
  }

  /** Row of a draft row's output. */
  long stateRow(int slot, int draftRow) {
    return (long) slot * layout.maxDraftRows() + draftRow;
  }

  /** Row of a committed row that waits for the head. */
  long pendingRow(int slot, int index) {
    return (long) slot * layout.maxPending() + index;
  }
}
