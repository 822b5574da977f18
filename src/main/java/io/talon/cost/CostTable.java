package io.talon.cost;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.ErrorCode;
import io.talon.TalonException;

/**
 * What the calls of an engine cost, in nanoseconds.
 *
 * @param verify a target forward, by sequences and tree rows
 * @param root the root's expansion, one row a sequence
 * @param layer a draft layer, by sequences and frontier rows
 * @param commit a commit, of one row a sequence, and of more
 * @param context tokens of each sequence when the grids were measured
 * @param contextPerSlot what a token of context more adds to a target forward, for every sequence
 * @param contextPerRow the same for every row beside the roots
 * @param uneven what trees of different sizes take longer
 * @param sampling what a row adds whose token is sampled, beyond a greedy one: its noise, a number for every token of the vocabulary
 */
public record CostTable(
    CostGrid verify,
    CostGrid root,
    CostGrid layer,
    CostGrid commit,
    int context,
    double contextPerSlot,
    double contextPerRow,
    UnevenTrees uneven,
    double sampling) {
  /** A machine on which eight rows of one sequence cost what one does, for engines that nobody has measured. */
  public static final CostTable ASSUMED = new CostTable(
      new CostGrid(new int[] {1, 8}, new int[][] {{1, 8, 16}, {1, 2, 4}},
          new double[][] {{10e6, 11e6, 16e6}, {13e6, 20e6, 36e6}}),
      new CostGrid(new int[] {1, 8}, new int[][] {{1}, {1}}, new double[][] {{1e6}, {1.5e6}}),
      new CostGrid(new int[] {1, 8}, new int[][] {{1, 8}, {1, 2}}, new double[][] {{1e6, 1.2e6}, {1.5e6, 2e6}}),
      new CostGrid(new int[] {1, 8}, new int[][] {{1, 2}, {1, 2}}, new double[][] {{1e5, 1.2e5}, {2e5, 3e5}}),
      0,
      0,
      0,
      UnevenTrees.FREE,
      0);

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Time of a target forward of sequences of a certain length.
   *
   * @param rows of all sequences together
   * @param length tokens of a sequence, on average
   */
  public double verify(int sequences, double rows, double length) {
    double added = (length - context) * (sequences * contextPerSlot + (rows - sequences) * contextPerRow);
    double base = verify.nanos(sequences, rows) + uneven.beside(sequences, rows);
    return Math.max(base / 2, base + added);
  }

  /**
   * Time that a target forward takes longer when its trees are of different sizes.
   *
   * @param rows of all sequences together
   * @param largest rows of the largest tree
   * @param larger trees of more rows than are free
   * @param length tokens of a sequence, on average
   */
  public double uneven(int sequences, int rows, int largest, int larger, double length) {
    return uneven.above(sequences, rows, largest, larger, Math.max(0, length - context) * contextPerRow);
  }

  /** What two measurements of the same engine say together: the smaller of each, since whatever else ran only ever added. */
  public CostTable calmer(CostTable other) {
    return new CostTable(
        verify.calmer(other.verify).convex(),
        root.calmer(other.root),
        layer.calmer(other.layer).convex(),
        commit.calmer(other.commit),
        context,
        UnevenTrees.calmer(contextPerSlot, other.contextPerSlot),
        UnevenTrees.calmer(contextPerRow, other.contextPerRow),
        uneven.calmer(other.uneven),
        UnevenTrees.calmer(sampling, other.sampling));
  }

  /**
   * One JSON object: {@code verify}, {@code root}, {@code layer} and {@code commit}, each a list of {@code {slots, rows, ms}} with
   * one time per number of rows a sequence; {@code context} and what a token of it adds; {@code uneven}, what trees of different
   * sizes do; and what a row adds that is sampled.
   */
  public ObjectNode toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.set("verify", grid(verify));
    node.set("root", grid(root));
    node.set("layer", grid(layer));
    node.set("commit", grid(commit));
    node.put("context", context);
    node.put("context_ns_per_slot", contextPerSlot);
    node.put("context_ns_per_row", contextPerRow);
    node.set("uneven", uneven.toJson());
    node.put("sampling_ns_per_row", sampling);
    return node;
  }

  /** Reads what {@link #toJson} wrote; ENGINE when it is something else. */
  public static CostTable parse(String json) {
    try {
      JsonNode node = JSON.readTree(json);
      return new CostTable(
          grid(node.path("verify")),
          grid(node.path("root")),
          grid(node.path("layer")),
          grid(node.path("commit")),
          node.path("context").asInt(),
          node.path("context_ns_per_slot").asDouble(),
          node.path("context_ns_per_row").asDouble(),
          UnevenTrees.of(node.path("uneven")),
          node.path("sampling_ns_per_row").asDouble());
    } catch (JsonProcessingException e) {
      throw new TalonException(ErrorCode.ENGINE, "a table of costs must be JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static ArrayNode grid(CostGrid grid) {
    ArrayNode lines = JSON.createArrayNode();
    for (int i = 0; i < grid.slots().length; i++) {
      ObjectNode line = lines.addObject().put("slots", grid.slots()[i]);
      ArrayNode rows = line.putArray("rows");
      ArrayNode millis = line.putArray("ms");
      for (int j = 0; j < grid.rows()[i].length; j++) {
        rows.add(grid.rows()[i][j]);
        millis.add(grid.nanos()[i][j] / 1e6);
      }
    }
    return lines;
  }

  private static CostGrid grid(JsonNode lines) {
    int count = lines.size();
    int[] slots = new int[count];
    int[][] rows = new int[count][];
    double[][] nanos = new double[count][];
    for (int i = 0; i < count; i++) {
      JsonNode line = lines.get(i);
      slots[i] = line.path("slots").asInt();
      rows[i] = new int[line.path("rows").size()];
      nanos[i] = new double[line.path("ms").size()];
      for (int j = 0; j < nanos[i].length && j < rows[i].length; j++) {
        rows[i][j] = line.path("rows").get(j).asInt();
        nanos[i][j] = line.path("ms").get(j).asDouble() * 1e6;
      }
    }
    return new CostGrid(slots, rows, nanos);
  }
}
