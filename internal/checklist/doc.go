// SPDX-License-Identifier: Apache-2.0

// Command checklist runs the tests that stand for the tests of Spark's own
// suites and prints what became of each row: its id, the world it ran in, its
// fate, and whether it passes.
//
// The rows stand beside the tests, in files testdata/checklist.tsv: id, fate,
// test, world and reason, separated by tabs, under a header line; a line that
// starts with # is a comment. A test is named by its package's folder and its
// function, `internal/wire TestTFD01FrameDecoding`; a comma separates several.
//
//	same    our test asserts what Spark's does
//	mended  Spark's behaviour is a defect; ours is asserted instead
//	later   belongs to a part that is not built yet; the reason says which
//	n/a     an internal of Netty or the JVM without a counterpart; the reason says why
//
// The sections that the project claims to cover are listed row by row in
// rows.txt: each of their rows must appear. The command exits with 1 when one is
// missing, a fate is unknown, a reason is missing, or a named test does not
// exist, is skipped or fails.
package main
