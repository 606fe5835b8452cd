// SPDX-License-Identifier: Apache-2.0

// Package shuffle is shuffle output on disk as Spark lays it out: where the files of an executor lie, the index that says
// where each block is, a writer that publishes both at once, a store that finds blocks in files of either side's making,
// checksums, and the registry of the executors whose files a service serves. It follows Spark's
// IndexShuffleBlockResolver, ExternalShuffleBlockResolver, ExecutorDiskUtils and ShuffleChecksumHelper.
//
// A map task leaves shuffle_<shuffle>_<map>_0.data, the blocks of all reducers one behind the other, and
// shuffle_<shuffle>_<map>_0.index, the offsets of the blocks and the end as big-endian 64-bit numbers; a file
// shuffle_<shuffle>_<map>_0.checksum.<algorithm> may hold a number for each reducer. Each file lies in a local directory
// and a sub-folder of it that its name's hash picks, so those of one task usually lie apart.
//
// The bytes of a block are opaque. A name that comes from outside never leads out of the [Roots] it was resolved in.
package shuffle
