package io.talon.engine;

/**
 * What an open engine is, for the callers that plan around it and for the {@code runs} table.
 *
 * @param vocabulary target vocabulary
 * @param draftVocabulary what the head or the draft model proposes from, 0 without one
 * @param slots sequences that can live at once
 * @param maxContext tokens a sequence may have, prompt included
 * @param maxTreeRows rows of one tree, the root included
 * @param maxDraftRows draft rows of one slot in one round, the root's expansion included
 * @param device for example {@code cpu} or {@code cuda:0}
 * @param dtype compute type: {@code fp32}, {@code bf16} or {@code int8}
 * @param threads CPU threads of the native library
 * @param weightBytes bytes that one plain decoding step reads from memory at least
 * @param cacheBytes bytes of the keys and values of all slots, and of what else is kept for them
 * @param exact whether a row of the target comes out the same, bit for bit, whatever runs beside it
 * @param draftDtype what the products of the head or the draft model are of, as {@code dtype}; empty without one
 */
public record EngineSpec(
    int vocabulary,
    int draftVocabulary,
    int slots,
    int maxContext,
    int maxTreeRows,
    int maxDraftRows,
    String device,
    String dtype,
    int threads,
    long weightBytes,
    long cacheBytes,
    boolean exact,
    String draftDtype) {
  public boolean hasDraft() {
    return draftVocabulary > 0;
  }

  /**
   * The same engine with a draft model beside it.
   *
   * @param cacheOfDraft bytes of the draft model's caches
   * @param dtypeOfDraft what its products are of
   */
  public EngineSpec drafting(int vocabularyOfDraft, int draftRows, long cacheOfDraft, String dtypeOfDraft) {
    return new EngineSpec(
        vocabulary,
        vocabularyOfDraft,
        slots,
        maxContext,
        maxTreeRows,
        draftRows,
        device,
        dtype,
        threads,
        weightBytes,
        cacheBytes + cacheOfDraft,
        exact,
        dtypeOfDraft);
  }
}
