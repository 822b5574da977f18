/**
 * Templates as text and as trees: lexer, parsers, expressions and statements. Depends on {@code library} and {@code value}.
 */
package io.talon.text.jinja.syntax;
