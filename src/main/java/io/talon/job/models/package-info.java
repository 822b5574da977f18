/**
 * Models and earlier runs where only Spark and Hadoop reach them.
 */
package io.talon.job.models;
