package io.talon.torch.probe;

import ai.djl.Device;
import io.talon.torch.module.Attention;
import io.talon.torch.script.Argument;
import io.talon.torch.script.ScriptModule;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds out by trying whether attention in order is exact on this processor: whether a score is the same wherever its row and
 * its key lie among whole tiles, and beside the scores of other slots, whether a sum over keys does not notice keys of weight 0
 * between the others, and whether a product sums the keys of a block as that sum does.
 */
public final class AttentionProbe {
  private static final String SOURCE =
      """
      class Probe(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def numbers(self: __torch__.Probe, count: int) -> Tensor:
          return torch.sin(torch.mul(torch.arange(count, dtype=6), 12.9898))
        def scores(self: __torch__.Probe, kv: int, dim: int, tile_rows: int, rows: int, tile_keys: int, keys: int) -> int:
          q = torch.view(self.numbers(torch.mul(torch.mul(kv, rows), dim)), [kv, rows, dim])
          k = torch.view(self.numbers(torch.mul(torch.mul(keys, kv), dim)), [keys, kv, dim])
          whole = torch.bmm(q, torch.permute(k, [1, 2, 0]))
          differing = 0
          for i in range(torch.floordiv(keys, tile_keys)):
            count = torch.mul(torch.add(i, 1), tile_keys)
            start = torch.remainder(torch.mul(i, 37), torch.add(torch.sub(keys, count), 1))
            few = torch.mul(torch.add(torch.remainder(i, torch.floordiv(rows, tile_rows)), 1), tile_rows)
            first = torch.remainder(torch.mul(i, 13), torch.add(torch.sub(rows, few), 1))
            part = torch.bmm(torch.contiguous(torch.narrow(q, 1, first, few)), torch.permute(torch.narrow(k, 0, start, count), [1, 2, 0]))
            same = torch.narrow(torch.narrow(whole, 1, first, few), 2, start, count)
            differing = torch.add(differing, int(torch.sum(torch.ne(part, same))))
          for i in range(12):
            each = torch.mul(tile_keys, torch.add(torch.remainder(i, 2), 1))
            slots = torch.add(torch.remainder(i, 6), 3)
            few = torch.mul(tile_rows, torch.add(torch.remainder(i, torch.floordiv(rows, tile_rows)), 1))
            head = torch.remainder(i, kv)
            stride = torch.mul(kv, dim)
            own = torch.repeat(torch.unsqueeze(torch.narrow(torch.select(q, 0, head), 0, 0, few), 0), [slots, 1, 1])
            ks = torch.as_strided(torch.select(k, 1, head), [slots, dim, each], [torch.mul(each, stride), 1, stride])
            together = torch.bmm(own, ks)
            for slot in range(slots):
              same = torch.narrow(torch.narrow(torch.select(whole, 0, head), 0, 0, few), 1, torch.mul(slot, each), each)
              differing = torch.add(differing, int(torch.sum(torch.ne(torch.select(together, 0, slot), same))))
          return differing
        def sums(self: __torch__.Probe, width: int, keys: int) -> int:
          table = torch.view(self.numbers(torch.mul(keys, width)), [keys, width])
          weights = torch.clamp(self.numbers(keys), 0.)
          all = torch.arange(keys, dtype=3)
          seen = torch.gt(weights, 0.)
          some = torch.masked_select(all, seen)
          starts = torch.mul(torch.arange(2, dtype=3), torch.size(some, 0))
          few, _, _, _ = torch.embedding_bag(table, torch.repeat(some, [2]), starts, False, 0, False, torch.repeat(torch.masked_select(weights, seen), [2]), False)
          whole, _, _, _ = torch.embedding_bag(table, all, torch.zeros([1], dtype=3), False, 0, False, weights, False)
          return int(torch.sum(torch.ne(few, whole)))
        def products(self: __torch__.Probe, kv: int, width: int, rows: int, keys: int, tile_rows: int) -> int:
          differing = 0
          values = torch.view(self.numbers(torch.mul(torch.mul(keys, kv), width)), [keys, kv, width])
          for i in range(keys):
            few = torch.add(i, 1)
            count = torch.mul(torch.add(torch.remainder(i, torch.floordiv(rows, tile_rows)), 1), tile_rows)
            weights = torch.view(torch.clamp(self.numbers(torch.mul(torch.mul(kv, count), few)), 0.), [kv, count, few])
            product = torch.bmm(weights, torch.transpose(torch.narrow(values, 0, 0, few), 0, 1))
            own = torch.unsqueeze(torch.t(torch.view(torch.arange(torch.mul(few, kv), dtype=3), [few, kv])), 1)
            index = torch.reshape(torch.expand(own, [kv, count, few]), [-1])
            starts = torch.mul(torch.arange(torch.mul(kv, count), dtype=3), few)
            sums, _, _, _ = torch.embedding_bag(torch.view(values, [-1, width]), index, starts, False, 0, False, torch.view(weights, [-1]), False)
            differing = torch.add(differing, int(torch.sum(torch.ne(torch.view(product, [-1, width]), sums))))
          stride = torch.mul(kv, width)
          for i in range(6):
            slots = torch.add(i, 3)
            each = torch.floordiv(keys, slots)
            count = torch.mul(tile_rows, torch.add(torch.remainder(i, torch.floordiv(rows, tile_rows)), 1))
            head = torch.remainder(i, kv)
            weights = torch.view(torch.clamp(self.numbers(torch.mul(torch.mul(slots, count), each)), 0.), [slots, count, each])
            own = torch.as_strided(torch.select(values, 1, head), [slots, each, width], [torch.mul(each, stride), stride, 1])
            product = torch.bmm(weights, own)
            index = torch.view(torch.arange(torch.mul(slots, each), dtype=3), [slots, 1, each])
            index = torch.add(torch.mul(torch.reshape(torch.expand(index, [slots, count, each]), [-1]), kv), head)
            starts = torch.mul(torch.arange(torch.mul(slots, count), dtype=3), each)
            sums, _, _, _ = torch.embedding_bag(torch.view(values, [-1, width]), index, starts, False, 0, False, torch.view(weights, [-1]), False)
            differing = torch.add(differing, int(torch.sum(torch.ne(torch.view(product, [-1, width]), sums))))
          return differing
      """;
  private static final int KEYS = 16 * Attention.TILE_KEYS;
  private static final Map<Shape, Found> FOUND = new ConcurrentHashMap<>();

  /** What the library's choice of a kernel can depend on. */
  private record Shape(int kvHeads, int groups, int headDim, int threads) {}

  /**
   * What was found.
   *
   * @param exact whether scores and sums over keys come out the same in every place
   * @param products whether a product sums the keys of a block in the same order
   */
  public record Found(boolean exact, boolean products) {}

  private AttentionProbe() {}

  public static Found find(int kvHeads, int groups, int headDim, int threads) {
    return FOUND.computeIfAbsent(new Shape(kvHeads, groups, headDim, threads), AttentionProbe::tryOut);
  }

  private static Found tryOut(Shape shape) {
    int rows = 8 * Attention.TILE_ROWS;
    int width = shape.headDim() + Attention.ONES;
    try (ScriptModule probe = ScriptModule.load(SOURCE, Device.cpu())) {
      long scores = probe.number(
          "scores",
          Argument.of(shape.kvHeads()),
          Argument.of(shape.headDim()),
          Argument.of(Attention.TILE_ROWS),
          Argument.of(rows * shape.groups()),
          Argument.of(Attention.TILE_KEYS),
          Argument.of(KEYS));
      long sums = probe.number("sums", Argument.of(width), Argument.of(KEYS));
      long products = probe.number(
          "products",
          Argument.of(shape.kvHeads()),
          Argument.of(width),
          Argument.of(rows),
          Argument.of(Attention.PRODUCT_KEYS),
          Argument.of(Attention.TILE_ROWS));
      return new Found(scores == 0 && sums == 0, products == 0);
    }
  }
}
