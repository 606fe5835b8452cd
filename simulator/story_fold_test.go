// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"strings"
	"testing"

	"github.com/twinwire/twinwire/memnet"
)

// What is done to one file at an instant is one line; another file, another host, another instant and what comes in between
// begin a new one.
func TestStepsOfAFileAreOneLine(t *testing.T) {
	at := func(host, kind, what string) memnet.Sighting {
		return memnet.Sighting{Host: host, Kind: kind, What: what}
	}
	later := at("a", "sync", "/x")
	later.At = 1
	var got []string
	for _, s := range foldFiles([]memnet.Sighting{
		at("a", "create", "/x.tmp"), at("a", "write", "4 bytes to /x.tmp"), at("a", "write", "5 bytes to /x.tmp"), at("a", "sync", "/x.tmp"), at("a", "rename", "/x.tmp to /x"),
		at("a", "write", "4 bytes to /x"), at("b", "write", "4 bytes to /x"), at("b", "mark", "seen"), at("b", "sync", "/x"), later,
	}) {
		got = append(got, s.Host+" "+sightingText(s))
	}
	want := "a creates /x.tmp, writes 4 bytes, writes 5 bytes, syncs, renames to /x|a writes 4 bytes to /x|b writes 4 bytes to /x|b mark: seen|b syncs /x|a syncs /x"
	if strings.Join(got, "|") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.ReplaceAll(want, "|", "\n"))
	}
}
