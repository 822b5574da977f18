/**
 * What templates can call: filters, tests, methods, operators and functions. Depends on {@code value}.
 */
package io.talon.text.jinja.library;
