/**
 * Values of templates as Python has them: truth, order, text, missing ones, and the arguments of a call.
 */
package io.talon.text.jinja.value;
