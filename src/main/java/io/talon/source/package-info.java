/**
 * Where models come from: what a user may type for one, the client of a model hub, and the node's cache of models that are
 * kept elsewhere.
 *
 * <p>A leaf: knows HTTP and the local file system. Other file systems reach the cache as a {@link io.talon.source.RemoteModel}
 * that the job makes of them.
 */
package io.talon.source;
