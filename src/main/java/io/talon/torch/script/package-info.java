/**
 * The native library as Java calls it: an archive written from the text of a script, a module and its methods, and the arguments and tables
 * that belong to a call.
 *
 * <p>What must not be forgotten about native memory is kept here: every value is closed, and lives as long as a call reads it.
 */
package io.talon.torch.script;
