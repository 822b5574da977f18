package io.talon.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
  private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T15:04:05Z"), ZoneOffset.UTC);

  /** The cases of constructs.json; what they expect is what Jinja 3.1.6 renders with the settings of transformers. */
  @TestFactory
  Stream<DynamicTest> constructs() throws IOException {
    Map<?, ?> file;
    try (InputStream in = TemplateTest.class.getResourceAsStream("constructs.json")) {
      file = new ObjectMapper().readValue(in, Map.class);
    }
    Map<String, Object> variables = strings(file.get("variables"));
    return ((List<?>) file.get("cases")).stream().map(TemplateTest::strings).map(test -> DynamicTest.dynamicTest(
        test.get("construct") + ": " + test.get("template"), () -> assertRenders(test, variables)));
  }

  private static void assertRenders(Map<String, Object> test, Map<String, Object> variables) {
    String template = (String) test.get("template");
    if (test.containsKey("error")) {
      assertThatThrownBy(() -> render(template, variables))
          .isInstanceOf(TalonException.class)
          .hasFieldOrPropertyWithValue("code", ErrorCode.CHAT_TEMPLATE);
    } else {
      assertThat(render(template, variables)).isEqualTo(test.get("rendered"));
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '!', quoteCharacter = '`', value = {
    "{% include 'a' %}! tag 'include' is not supported here",
    "{% call f() %}{% endcall %}! tag 'call' is not supported here",
    "{% raw %}{% endraw %}! tag 'raw' is not supported here",
    "{% endif %}! tag 'endif' is not supported here",
    "{% for a in b recursive %}{% endfor %}! 'recursive' loops are not supported",
    "{% break %}! 'break' outside a loop is not supported",
    "{{ a|batch(2) }}! filter 'batch' is not supported",
    "{{ a|map('batch')|list }}! filter 'batch' is not supported",
    "{{ a is sameas b }}! test 'sameas' is not supported",
    "{{ a|selectattr('x', 'sameas', 1) }}! test 'sameas' is not supported",
    "{{ a.append(1) }}! method 'append' is not supported",
    "{{ a.format(1) }}! method 'format' is not supported",
    "{{ f(*a) }}! unexpected '*' in an expression",
    "{% macro m() %}{{ varargs }}{% endmacro %}! 'varargs' is not supported",
    "{{ 0x1F }}! numbers such as '0x' are not supported",
    "{{ '\\N{DASH}' }}! the string escape \\N is not supported",
    "{{ '\\u12' }}! malformed escape in the string",
    "{{ a ? b }}! unexpected character '?'",
    "{% if a %}! expected one of the tags [elif, else, endif], found end of template",
    "{{ a b }}! expected the end of the tag, found 'b'"
  })
  void syntaxThatIsNotSupportedIsFoundWhenParsing(String template, String message) {
    assertThatThrownBy(() -> Template.parse("chat.jinja", "one\ntwo " + template))
        .hasFieldOrPropertyWithValue("code", ErrorCode.CHAT_TEMPLATE)
        .hasMessageStartingWith("chat.jinja, line 2: ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '!', quoteCharacter = '`', value = {
    "{{ raise_exception('Only users') }}! the template refuses the conversation: Only users",
    "{{ missing.x }}! 'missing' is undefined",
    "{{ d.x.y }}! 'x' of 'dict' object is undefined",
    "{{ d.copy() }}! method 'copy' is not supported",
    "{{ d.items() }}! printing an object of type 'view' is not supported",
    "{{ range(2)[0] }}! indexing an object of type 'view' is not supported",
    "{{ cycler(1) }}! function 'cycler' is not supported",
    "{{ strftime_now('%c') }}! strftime directive '%c' is not supported",
    "{{ 'a'|safe + '<' }}! '+' is not supported between 'markup' and 'str'",
    "{{ 'a'|safe|upper }}! filter 'upper' is not supported for text that was marked safe",
    "{{ '%s' % 1 }}! '%' is not supported between 'str' and 'int'",
    "{{ 9223372036854775807 + 1 }}! the result is too large",
    "{{ 'a'.strip('a', 1) }}! method strip takes at most 1 arguments, 2 were given",
    "{{ d|tojson(sort_keys=true) }}! filter tojson has no argument 'sort_keys' that is supported",
    "{{ loop.index }}! 'loop' is undefined",
    "{% for a in [1] %}{{ loop.changed }}{% endfor %}! loop.changed is not supported",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}! endless recursion"
  })
  void whatIsNotSupportedIsAnErrorWhenItIsReached(String template, String message) {
    assertThatThrownBy(() -> render("one\ntwo " + template, Map.of("d", Map.of())))
        .hasFieldOrPropertyWithValue("code", ErrorCode.CHAT_TEMPLATE)
        .hasMessageStartingWith("chat.jinja, line 2: ")
        .hasMessageContaining(message);
  }

  @Test
  void javaNumbersBecomePythonNumbers() {
    assertThat(render("{{ a + 1 }} {{ b }} {{ c[0] }}", Map.of("a", 1, "b", 1.5f, "c", List.of((short) 3)))).isEqualTo("2 1.5 3");
  }

  private static String render(String template, Map<String, Object> variables) {
    return Template.parse("chat.jinja", template).render(variables, CLOCK);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> strings(Object map) {
    return (Map<String, Object>) map;
  }
}
