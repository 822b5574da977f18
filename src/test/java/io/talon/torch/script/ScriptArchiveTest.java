package io.talon.torch.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import org.junit.jupiter.api.Test;

/** An archive that Java wrote runs. */
class ScriptArchiveTest {
  private static final String SOURCE =
      """
      class Adder(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        kept : List[Tensor]
        more : List[Tensor]
        def add(self: __torch__.Adder, x: int, y: int) -> int:
          self.kept.append(torch.ones([2]))
          return torch.add(torch.mul(10, torch.len(self.kept)), torch.add(x, y))
      """;

  @Test
  void aWrittenModuleRunsAndKeepsItsState() {
    try (ScriptModule module = ScriptModule.load(SOURCE, Device.cpu())) {
      assertThat(module.number("add", Argument.of(2), Argument.of(3))).isEqualTo(15);
      assertThat(module.number("add", Argument.of(2), Argument.of(3))).as("a second call").isEqualTo(25);
      assertThat(module.liveNatives()).as("native values left open").isZero();
    }
  }

  @Test
  void tensorListsAreFoundInOrder() {
    assertThat(ScriptArchive.tensorLists(SOURCE)).containsExactly("kept", "more");
  }
}
