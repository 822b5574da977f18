package io.talon.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PromptTemplateTest {
  @Test
  void namesThatTheTemplateSetsAreItsOwn() {
    PromptTemplate template = PromptTemplate.parse(
        "{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}{% set y = a %}{% for z in range(2) %}{{ twice(y) }}{{ z }}{% endfor %}");
    template.checkNames(List.of("a"));
    assertThat(template.prompt(Map.of("a", "b"))).isEqualTo("bb0bb1");
    assertThatThrownBy(() -> template.checkNames(List.of("b", "c")))
        .hasFieldOrPropertyWithValue("code", ErrorCode.BAD_INPUT)
        .hasMessage("prompt-template reads [a], and the input has no such column; it has [b, c]");
  }

  @Test
  void whatIsMissingIsNotPrinted() {
    PromptTemplate template = PromptTemplate.parse("one\n{{ a.b }}");
    assertThat(template.prompt(Map.of("a", Map.of("b", 2.5)))).isEqualTo("one\n2.5");
    assertBad(() -> template.prompt(Map.of("a", Map.of("c", 1))), "prompt-template, line 2: 'b' of 'dict' object is undefined");
    assertBad(() -> template.prompt(Map.of()), "prompt-template, line 2: 'b' of 'NoneType' object is undefined");
    assertBad(
        () -> PromptTemplate.parse("{{ a or ' ' }}").prompt(Map.of()), "prompt-template must not render to a blank text: \" \"");
  }

  @Test
  void malformedTemplatesAreBadOptions() {
    assertThatThrownBy(() -> PromptTemplate.parse("a\n{{ b"))
        .hasFieldOrPropertyWithValue("code", ErrorCode.BAD_OPTION)
        .hasMessageStartingWith("prompt-template, line 2: ");
    assertThatThrownBy(() -> PromptTemplate.parse("{{ strftime_now('%Y') }}"))
        .hasFieldOrPropertyWithValue("code", ErrorCode.BAD_OPTION)
        .hasMessage("prompt-template must not read the clock: strftime_now");
  }

  private static void assertBad(Runnable render, String message) {
    assertThatThrownBy(render::run).hasFieldOrPropertyWithValue("code", ErrorCode.BAD_PROMPT).hasMessage(message);
  }
}
