// SPDX-License-Identifier: Apache-2.0

// Package external is the external shuffle service: a server that executors tell where their shuffle files lie, and that
// serves the blocks in them to whoever asks, when the executors are long dead. It follows Spark's ExternalBlockHandler
// and ExternalShuffleService, over packages shuffle and transport.
//
// A request opens blocks as a stream of chunks at once; each chunk is resolved when it is asked for, so that a block that
// is missing fails alone. What is registered outlives connections and, with a registry that keeps a file, the process.
package external
