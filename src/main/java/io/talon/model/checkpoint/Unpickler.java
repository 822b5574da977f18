package io.talon.model.checkpoint;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A restricted reader of Python pickles, protocols 2 to 4: containers, text and numbers; no code of a file is ever run.
 *
 * <p>What a pickle may name or call is decided by an allow-list. Memory is bounded by the size of the pickle, since every
 * opcode adds at most its own bytes or one reference, and nothing recurses. Source: Python's {@code pickletools}.
 */
final class Unpickler {
  /** The allow-list: makes the few objects that a pickle may name, and refuses all others by name. */
  interface AllowList {
    /** The object of a dotted name. */
    Object global(String name);

    /** What calling an object gives. */
    Object call(Object callable, List<?> arguments);

    /** The object of a persistent id. */
    Object persistent(Object id);
  }

  private static final int LONGEST_INTEGER = Long.BYTES;
  private static final int NEWEST_PROTOCOL = 4;

  private final ByteBuffer bytes;
  private final AllowList allowed;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>(); // sizes of the stack
  private final Map<Integer, Object> memo = new HashMap<>();

  private Unpickler(ByteBuffer bytes, AllowList allowed) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.allowed = allowed;
  }

  /** The pickled object: a Map, List, String, Long, Double, Boolean, null or what the list makes; MODEL_FILE when malformed. */
  static Object read(ByteBuffer pickle, AllowList allowed) {
    Unpickler unpickler = new Unpickler(pickle, allowed);
    try {
      int opcode = unpickler.unsignedByte();
      while (opcode != '.') {
        unpickler.execute(opcode);
        opcode = unpickler.unsignedByte();
      }
      return unpickler.pop();
    } catch (BufferUnderflowException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, "The pickle is truncated: " + pickle.remaining() + " bytes", e);
    }
  }

  private void execute(int opcode) {
    switch (opcode) {
      case 0x80 -> checkProtocol(unsignedByte());
      case 0x95 -> bytes.getLong(); // the length of a frame is of no use here
      case '(' -> marks.add(stack.size());
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) bytes.getInt());
      case 'K' -> push((long) unsignedByte());
      case 'M' -> push((long) Short.toUnsignedInt(bytes.getShort()));
      case 0x8A -> push(integer(unsignedByte()));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(bytes.getLong())));
      case 'X' -> push(text(Integer.toUnsignedLong(bytes.getInt())));
      case 0x8C -> push(text(unsignedByte()));
      case 0x8D -> push(text(bytes.getLong()));
      case ')' -> push(List.of());
      case 0x85 -> push(last(1));
      case 0x86 -> push(last(2));
      case 0x87 -> push(last(3));
      case 't', 'l' -> push(marked());
      case ']' -> push(new ArrayList<>());
      case '}' -> push(new LinkedHashMap<>());
      case 'd' -> push(putAll(new LinkedHashMap<>(), marked()));
      case 'a' -> append(last(1));
      case 'e' -> append(marked());
      case 's' -> put(last(2));
      case 'u' -> put(marked());
      case 'q' -> memo.put(unsignedByte(), top());
      case 'r' -> memo.put(bytes.getInt(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> push(recalled(unsignedByte()));
      case 'j' -> push(recalled(bytes.getInt()));
      case 'c' -> push(allowed.global(line() + "." + line()));
      case 0x93 -> push(namedByStack());
      case 'Q' -> push(allowed.persistent(pop()));
      case 'R' -> call();
      case 'b' -> build();
      default -> throw new TalonException(
          ErrorCode.MODEL_FILE,
          String.format("The pickle's opcode 0x%02x at byte %s is not allowed in a file of weights", opcode,
              bytes.position() - 1));
    }
  }

  private static void checkProtocol(int protocol) {
    check(
        protocol >= 2 && protocol <= NEWEST_PROTOCOL,
        ErrorCode.MODEL_FILE,
        "Pickle protocols 2 to %s are supported: %s",
        NEWEST_PROTOCOL,
        protocol);
  }

  private Object namedByStack() {
    List<Object> names = last(2);
    check(
        names.get(0) instanceof String && names.get(1) instanceof String,
        ErrorCode.MODEL_FILE,
        "The pickle names an object by no text");
    return allowed.global(names.get(0) + "." + names.get(1));
  }

  private void call() {
    Object arguments = pop();
    check(arguments instanceof List, ErrorCode.MODEL_FILE, "The pickle calls an object with arguments that are no tuple");
    push(allowed.call(pop(), (List<?>) arguments));
  }

  /** A state_dict carries module versions as an attribute, which weights do not need. */
  private void build() {
    pop();
    check(top() instanceof Map, ErrorCode.MODEL_FILE, "The pickle sets attributes of an object that is no dict");
  }

  private void append(List<Object> items) {
    check(top() instanceof ArrayList, ErrorCode.MODEL_FILE, "The pickle appends to an object that is no list");
    @SuppressWarnings("unchecked")
    List<Object> list = (List<Object>) top();
    list.addAll(items);
  }

  private void put(List<Object> pairs) {
    check(top() instanceof Map, ErrorCode.MODEL_FILE, "The pickle puts entries into an object that is no dict");
    @SuppressWarnings("unchecked")
    Map<Object, Object> map = (Map<Object, Object>) top();
    putAll(map, pairs);
  }

  private static Map<Object, Object> putAll(Map<Object, Object> map, List<Object> pairs) {
    check(pairs.size() % 2 == 0, ErrorCode.MODEL_FILE, "The pickle has a dict with a key but no value");
    for (int i = 0; i < pairs.size(); i += 2) {
      Object key = pairs.get(i);
      // any other key could take exponential time to hash
      check(
          key instanceof String || key instanceof Long,
          ErrorCode.MODEL_FILE,
          "The pickle has a dict key that is no text or number");
      map.put(key, pairs.get(i + 1));
    }
    return map;
  }

  private Object recalled(int index) {
    check(memo.containsKey(index), ErrorCode.MODEL_FILE, "The pickle recalls object %s before it is there", index);
    return memo.get(index);
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() {
    checkMade(1);
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private void checkMade(int count) {
    int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    check(
        stack.size() - floor >= count,
        ErrorCode.MODEL_FILE,
        "The pickle takes more objects than it made, before byte %s",
        bytes.position());
  }

  private List<Object> marked() {
    check(
        !marks.isEmpty(),
        ErrorCode.MODEL_FILE,
        "The pickle goes back to a mark that is not there, before byte %s",
        bytes.position());
    return last(stack.size() - marks.remove(marks.size() - 1));
  }

  private List<Object> last(int count) {
    checkMade(count);
    List<Object> tail = stack.subList(stack.size() - count, stack.size());
    List<Object> items = new ArrayList<>(tail);
    tail.clear();
    return items;
  }

  private int unsignedByte() {
    return Byte.toUnsignedInt(bytes.get());
  }

  private long integer(int length) {
    check(length <= LONGEST_INTEGER, ErrorCode.MODEL_FILE, "The pickle has an integer of %s bytes, beyond all sizes", length);
    long value = 0;
    for (int i = 0; i < length; i++) {
      long next = i == length - 1 ? bytes.get() : unsignedByte(); // the last byte has the sign
      value |= next << Byte.SIZE * i;
    }
    return value;
  }

  private String text(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] text = new byte[(int) length];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private String line() {
    int start = bytes.position();
    int length = 0;
    while (bytes.get() != '\n') {
      length++;
    }
    bytes.position(start);
    String line = text(length);
    bytes.get();
    return line;
  }
}
