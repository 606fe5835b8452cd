// SPDX-License-Identifier: Apache-2.0

// Package shuffle is a small Spark: a word count over real files, made of a driver endpoint and executor endpoints that
// exchange control messages by RpcEnv and words by BlockTransferService. It is a scenario of package simulator and, with
// not one line changed, what the processes of a TCP run do.
//
// The driver walks the input and cuts it into splits. A map task counts the words of its splits and keeps one block for
// each reducer; a reduce task fetches its blocks from every executor and keeps the merged counts as one block more,
// which the driver fetches. Executors tell by heartbeat that they live. What a lost executor held is computed again.
package shuffle
