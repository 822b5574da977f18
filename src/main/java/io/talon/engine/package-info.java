/**
 * What an engine does: the {@link io.talon.engine.Engine} interface, the values that go in and out, and the noise.
 *
 * <p>Depends on {@code tree} only.
 */
package io.talon.engine;
