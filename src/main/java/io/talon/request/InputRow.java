package io.talon.request;

import java.util.List;

/**
 * One row of the input.
 *
 * @param promptId unique; null where the id column is
 * @param json the row as it was read; a line that is no JSON stands as it is
 * @param passThrough values of all input columns, in their order
 */
public record InputRow(String promptId, String json, List<Object> passThrough) {}
