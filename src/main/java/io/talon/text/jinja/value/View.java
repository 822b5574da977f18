package io.talon.text.jinja.value;

import java.util.List;

/** What can be iterated and counted but neither indexed nor printed: a range, the keys, values or items of a dict. */
public record View(List<Object> items) {}
