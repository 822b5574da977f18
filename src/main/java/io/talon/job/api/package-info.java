/**
 * Ways in from a program: generations as a column of a dataset. What is public here is meant for callers, and stays.
 */
package io.talon.job.api;
