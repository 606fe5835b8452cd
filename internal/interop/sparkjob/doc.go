// SPDX-License-Identifier: Apache-2.0

// Command sparkjob runs a Spark application whose shuffle `simctl serve shuffle` serves in place of Spark's own service,
// and tells whether its result is right. The application writes its shuffle; both executors that wrote it are killed, so
// that every block must come from the service; and while the others read, the service is killed too and started again.
//
// It needs a JDK and Maven, and says so where they are missing: then it exits with 0 and has shown nothing.
package main
