/** What is found out about a processor by trying: the type that is fast, attention that is exact, numbers of rows that agree. */
package io.talon.torch.probe;
