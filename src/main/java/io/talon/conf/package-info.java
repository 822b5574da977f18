/**
 * Options: keys, defaults, descriptions, validation, and how command line, configuration file and defaults are layered.
 *
 * <p>Options build what the layers below take: policies, couplings, drafters, samplings and engine options. A rule stands with
 * the thing it is about and names the option; what stands here are the rules that only options have.
 */
package io.talon.conf;
