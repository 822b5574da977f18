/**
 * What this process may use of the machine it runs on: processors and memory, the container's limits included.
 */
package io.talon.machine;
