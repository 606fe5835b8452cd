// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
)

func processesOf(lines ...string) []*process {
	var all []*process
	for i, l := range lines {
		all = append(all, &process{race: i > 0, procs: 8, nth: 1, lines: strings.Split(l, "\n")})
	}
	return all
}

func TestTheFirstDifferenceIsNamed(t *testing.T) {
	d := compare(processesOf("shuffle calm 1 a passed\nzoo right 1 b passed\nzoo right 2 c passed", "shuffle calm 1 a passed\nzoo right 1 x passed\nzoo right 2 y passed"))
	want := "plain GOMAXPROCS=8, process 1: zoo right 1 b passed\n-race GOMAXPROCS=8, process 1: zoo right 1 x passed"
	if d.scenarios != 2 || d.hashes != 3 || d.count != 2 || d.first != want {
		t.Errorf("%+v", d)
	}
}

func TestTheSameIsNoDifference(t *testing.T) {
	if d := compare(processesOf("shuffle calm 1 a passed", "shuffle calm 1 a passed", "shuffle calm 1 a passed")); d.count != 0 || d.first != "" || d.hashes != 1 {
		t.Errorf("%+v", d)
	}
}

func TestALineThatIsMissingDiffers(t *testing.T) {
	if d := compare(processesOf("shuffle calm 1 a passed\nshuffle calm 2 b passed", "shuffle calm 1 a passed")); d.count != 1 || !strings.HasSuffix(d.first, ": nothing") {
		t.Errorf("%+v", d)
	}
}
