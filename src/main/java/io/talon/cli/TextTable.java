package io.talon.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** A table for the terminal; a figure that is null shows as nothing. */
final class TextTable<T> {
  private final List<ColumnData<T>> columns = new ArrayList<>();

  TextTable<T> text(String header, Function<T, String> value) {
    columns.add(new Column().header(header).headerAlign(HorizontalAlign.LEFT).dataAlign(HorizontalAlign.LEFT).with(value));
    return this;
  }

  TextTable<T> count(String header, ToLongFunction<T> value) {
    return figure(header, line -> Long.toString(value.applyAsLong(line)));
  }

  TextTable<T> decimal(String header, int digits, Function<T, Double> value) {
    return figure(header, line -> {
      Double number = value.apply(line);
      return number == null || !Double.isFinite(number) ? "" : String.format(Locale.ROOT, "%." + digits + "f", number);
    });
  }

  String print(List<T> lines) {
    return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, lines, columns);
  }

  /** A column of figures, right-aligned. */
  TextTable<T> figure(String header, Function<T, String> value) {
    columns.add(new Column().header(header).headerAlign(HorizontalAlign.RIGHT).dataAlign(HorizontalAlign.RIGHT).with(value));
    return this;
  }
}
