/**
 * Options: keys, defaults, descriptions, validation, and how command line, configuration file and defaults are layered.
 *
 * <p>A leaf: sees neither Spark nor DJL nor any layer of this project but the root package.
 */
package io.talon.conf;
