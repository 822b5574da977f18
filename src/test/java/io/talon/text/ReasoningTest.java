package io.talon.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReasoningTest {
  @Test
  void textsWithoutMarksAreAnswers() {
    assertThat(Reasoning.split("Q", " 4 </think>")).isEqualTo(new Reasoning(null, " 4 </think>"));
    assertThat(Reasoning.split("<think> Q", "It is <think> 4")).isEqualTo(new Reasoning(null, "It is <think> 4"));
  }

  @Test
  void thoughtsStandBeforeTheAnswer() {
    assertThat(Reasoning.split("Q", "<think>\ntwo and two\n</think>\n\n4\n")).isEqualTo(new Reasoning("two and two", "4\n"));
    assertThat(Reasoning.split("Q", "<think>\n\n</think>\n\n4")).isEqualTo(new Reasoning("", "4"));
  }

  @Test
  void thePromptMayOpenThem() {
    assertThat(Reasoning.split("Q<think>\n", "two</think>4")).isEqualTo(new Reasoning("two", "4"));
  }

  @Test
  void thoughtsThatDoNotEndLeaveNoAnswer() {
    assertThat(Reasoning.split("Q", "<think>two and")).isEqualTo(new Reasoning("two and", ""));
    assertThat(Reasoning.split("Q<think>", "two and")).isEqualTo(new Reasoning("two and", ""));
  }
}
