// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
	"github.com/twinwire/twinwire/netty"
)

// sparkSample is what Spark 4.2.0 left in testdata/spark: three maps over the pairs (i % 4, "word i"), i from 1 to 10,
// partitioned to five reducers, not compressed.
type sparkSample struct {
	folder    string
	dirs      int
	subDirs   int32
	algorithm api.ChecksumAlgorithm
}

func sparkSamples() []sparkSample {
	return []sparkSample{{"two", 2, 16, api.Adler32}, {"one", 1, 64, api.CRC32C}}
}

func (s sparkSample) in() shuffle.Dirs {
	d := shuffle.Dirs{SubDirs: s.subDirs}
	files := netty.DirFiles("testdata/spark/" + s.folder)
	for i := range s.dirs {
		d.Local = append(d.Local, shuffle.Dir{Files: files, Name: fmt.Sprint(i), Path: fmt.Sprint("/spark/", i)})
	}
	return d
}

// TestSparkFilesAreRead finds every block that Spark wrote, by its own name, and its checksum agrees.
func TestSparkFilesAreRead(t *testing.T) {
	for _, sample := range sparkSamples() {
		store := shuffle.NewStore(netty.NewRuntime(), shuffle.StoreConfig{})
		words := map[int]string{}
		for m := range int64(3) {
			output := shuffle.MapOutput{Map: m}
			for reduce := range int32(5) {
				block := text(t, store, sample.in(), output, reduce, reduce+1)
				for i := 1; i <= 10; i++ {
					if word := fmt.Sprintf("word %d", i); strings.Contains(block+"\x00", word+"s") || strings.HasSuffix(block, word) {
						words[i] = fmt.Sprintf("%s from reducer %d", word, reduce)
					}
				}
				sum, err := shuffle.Sum(store, sample.in(), output, reduce, sample.algorithm)
				if err != nil {
					t.Fatal(err)
				}
				got := store.Diagnose(sample.in(), shuffle.Diagnosis{Output: output, Reduce: reduce, Algorithm: sample.algorithm, Read: sum})
				if got != blockwire.ChecksumVerifyPass {
					t.Errorf("%s: %v reducer %d: %v", sample.folder, output, reduce, got)
				}
			}
		}
		for i := 1; i <= 10; i++ {
			if want := fmt.Sprintf("word %d from reducer %d", i, i%4); words[i] != want {
				t.Errorf("%s: found %q, want %q", sample.folder, words[i], want)
			}
		}
	}
}

// TestWriterWritesWhatSparkDoes writes Spark's blocks again: the files have the same names and bytes.
func TestWriterWritesWhatSparkDoes(t *testing.T) {
	for _, sample := range sparkSamples() {
		inWorlds(t, func(t *world) {
			store, ours := t.store(), sample.in()
			for i := range ours.Local {
				ours.Local[i].Files = t.files
			}
			for m := range int64(3) {
				output := shuffle.MapOutput{Map: m}
				out, err := store.NewWriter(ours, output, sample.algorithm)
				if err != nil {
					t.Fatal(err)
				}
				for reduce := range int32(5) {
					block := text(t, t.store(), sample.in(), output, reduce, reduce+1)
					for part := range strings.SplitAfterSeq(block, "w") {
						if _, err := out.Write([]byte(part)); err != nil {
							t.Fatal(err)
						}
					}
					out.EndBlock()
				}
				if _, err := out.Commit(); err != nil {
					t.Fatal(err)
				}
			}
			want := tree(t, netty.DirFiles("testdata/spark/"+sample.folder), ".")
			if diff := cmp.Diff(want, tree(t, t.files, ".")); diff != "" {
				t.Errorf("%s: Spark's files (-) and ours (+):\n%s", sample.folder, diff)
			}
		})
	}
}
