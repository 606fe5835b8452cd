// SPDX-License-Identifier: Apache-2.0

package api

// ExecutorShuffleInfo is where an executor keeps its shuffle files, as Spark's ExecutorShuffleInfo: what an external shuffle
// service finds them by.
type ExecutorShuffleInfo struct {
	LocalDirs          []string // absolute paths, in the order that decides where a file lies
	SubDirsPerLocalDir int32    // spark.diskStore.subDirectories
	ShuffleManager     string   // a class name; the service takes any
}
