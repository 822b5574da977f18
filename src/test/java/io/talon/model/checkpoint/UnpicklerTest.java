package io.talon.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class UnpicklerTest {
  @Test
  void containersTextAndNumbers() {
    PickleWriter pickle = PickleWriter.start().op('(', ']', '(', 'K', 255, 'M', 1, 2, 'e').op('J', 0xFE, 0xFF, 0xFF, 0xFF);
    pickle.op('G').raw(ByteBuffer.allocate(8).putDouble(0.5).array()).op(0x88, 0x89, 'N').text("gr\u00fcn").op(0x8C, 1, 'a');
    pickle.op(0x8D, 1, 0, 0, 0, 0, 0, 0, 0, 'b').op(0x8A, 0, 0x8A, 1, 0xFF, 0x8A, 2, 0xFF, 0).op('K', 1, 'K', 2, 0x86, 't');
    assertThat((List<?>) read(pickle))
        .isEqualTo(Arrays.asList(List.of(255L, 513L), -2L, 0.5, true, false, null, "gr\u00fcn", "a", "b", 0L, -1L, 255L,
            List.of(1L, 2L)));
  }

  @Test
  void dictsAndMemo() {
    PickleWriter pickle = PickleWriter.start().op(0x80, 4, 0x95).little(0, 8).op('}', 0x94).text("a").op(0x94, 'K', 1, 's', '(');
    pickle.text("b").op('q', 7, 'h', 1).op('K', 5, ']', 'K', 9, 'a', 'r', 0, 1, 0, 0, 'u', 'j', 0, 1, 0, 0, 0x86);
    assertThat((List<?>) read(pickle))
        .isEqualTo(List.of(Map.of("a", 1L, "b", "a", 5L, List.of(9L)), List.of(9L)));
  }

  @Test
  void aListMayHoldItself() {
    List<?> list = (List<?>) read(PickleWriter.start().op(']', 'q', 0, 'h', 0, 'a'));
    assertThat(list.get(0)).isSameAs(list);
  }

  @Test
  void malformedPickles() {
    assertFails(PickleWriter.start().op('K', 1, 0x86), "takes more objects than it made, before byte 5");
    assertFails(PickleWriter.start(), "takes more objects than it made");
    assertFails(PickleWriter.start().op('K', 1, '(', 0x85), "takes more objects than it made");
    assertFails(PickleWriter.start().op('t'), "goes back to a mark that is not there");
    assertFails(PickleWriter.start().op('h', 3), "recalls object 3 before it is there");
    assertFails(PickleWriter.start().op('K', 1, 'K', 2, 'a'), "appends to an object that is no list");
    assertFails(PickleWriter.start().op('K', 1, 'K', 2, 'K', 3, 's'), "puts entries into an object that is no dict");
    assertFails(PickleWriter.start().op('(', 'K', 1, 'd'), "a key but no value");
    assertFails(PickleWriter.start().op('}', ']', 'N', 's'), "a dict key that is no text or number");
    assertFails(PickleWriter.start().op('K', 1, '}', 'b'), "sets attributes of an object that is no dict");
    assertFails(PickleWriter.start().op('K', 1, 'K', 2, 'R'), "arguments that are no tuple");
    assertFails(PickleWriter.start().op('K', 1, 'K', 2, 0x93), "names an object by no text");
    assertFails(PickleWriter.start().op(0x8A, 9), "an integer of 9 bytes");
    assertFails(PickleWriter.start().op('K', 1, 'Q'), "an outside object that is no torch storage");
    assertFails(new PickleWriter().op(0x80, 5), "protocols 2 to 4 are supported: 5");
    assertFails(PickleWriter.start().op('X').little(0xFFFFFFFFL, 4), "is truncated: 8 bytes");
    assertFails(PickleWriter.start().op(0x8D).little(-1, 8), "is truncated");
    assertFails(PickleWriter.start().op('c'), "is truncated");
  }

  @Test
  void depthCostsNoStack() {
    PickleWriter pickle = PickleWriter.start().op('N');
    for (int i = 0; i < 1_000_000; i++) {
      pickle.op(0x85);
    }
    assertThat((List<?>) read(pickle)).hasSize(1);
  }

  private static Object read(PickleWriter pickle) {
    return Unpickler.read(ByteBuffer.wrap(pickle.stop()), new TorchObjects());
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(PickleWriter pickle, String message) {
    return assertThatThrownBy(() -> read(pickle))
        .isInstanceOf(TalonException.class)
        .hasFieldOrPropertyWithValue("code", ErrorCode.MODEL_FILE)
        .hasMessageContaining(message);
  }
}
