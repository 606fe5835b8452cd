// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func goOn() error { return nil }

func TestSplitsNeverCutAWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := texts().Draw(t, "text")
		size := rapid.Int64Range(1, 20).Draw(t, "split size")
		counts := NewCounts()
		r := newSplitReader(counts)
		r.chunk = r.chunk[:rapid.IntRange(8, 16).Draw(t, "chunk size")]
		for _, task := range cut([]inputFile{{Size: int64(len(text))}}, size) {
			for _, s := range task {
				if err := r.read(bytes.NewReader(text), int64(len(text)), s.Offset, s.Length, goOn); err != nil {
					t.Fatal(err)
				}
			}
		}
		if d := cmp.Diff(countOf(plainWords(text)), counts.asMap()); d != "" {
			t.Fatalf("%q in splits of %d (-want +got)\n%s", text, size, d)
		}
	})
}

func TestPlanCoversEveryByteOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 5_000), rapid.Int64Range(0, 3<<30)), 0, 20).Draw(t, "sizes")
		executors := rapid.IntRange(1, 9).Draw(t, "executors")
		var files []inputFile
		for _, n := range sizes {
			files = append(files, inputFile{Size: n})
		}
		tasks := planMaps(files, executors)
		if len(tasks) > maxTasksPerExecutor*executors {
			t.Fatalf("%d tasks for %d executors", len(tasks), executors)
		}
		covered := make([]int64, len(files))
		for i, task := range tasks {
			if len(task) == 0 {
				t.Fatalf("task %d is empty", i)
			}
			for _, s := range task {
				if s.Offset != covered[s.File] || s.Length < 1 {
					t.Fatalf("split %+v, but %d bytes are covered", s, covered[s.File])
				}
				covered[s.File] += s.Length
			}
		}
		for i, n := range covered {
			if n != files[i].Size {
				t.Fatalf("file %d: %d of %d bytes covered", i, n, files[i].Size)
			}
		}
	})
}

func TestOneWordOfManySplits(t *testing.T) {
	word := strings.Repeat("Wörd", 2<<20)
	text := []byte("start " + word + " end")
	counts := NewCounts()
	r := newSplitReader(counts)
	for _, task := range cut([]inputFile{{Size: int64(len(text))}}, 100_001) {
		s := task[0]
		if err := r.read(bytes.NewReader(text), int64(len(text)), s.Offset, s.Length, goOn); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff(countOf([]string{"start", strings.ToLower(word), "end"}), counts.asMap()); d != "" {
		t.Error("the long word is not what it was")
	}
}

func TestShortFileHasChanged(t *testing.T) {
	r := newSplitReader(NewCounts())
	err := r.read(strings.NewReader("ten bytes."), 11, 5, 6, goOn)
	if !errors.Is(err, errInputChanged) {
		t.Errorf("got %v", err)
	}
}

func TestPauseStopsTheRead(t *testing.T) {
	stop := errors.New("stop")
	r := newSplitReader(NewCounts())
	if err := r.read(strings.NewReader("some words"), 10, 0, 10, func() error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
}
