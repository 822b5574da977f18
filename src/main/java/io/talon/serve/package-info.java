/**
 * What the tasks of one JVM share: engines on threads of their own, their mailboxes, tokenizers and templates; and what
 * there is to know of their models: type, hash, oddities.
 *
 * <p>{@link io.talon.serve.EngineService} reads first. Sees no Spark, so that another front can stand in the place of {@code
 * job}.
 */
package io.talon.serve;
