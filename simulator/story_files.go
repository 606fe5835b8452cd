// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"strings"

	"github.com/twinwire/twinwire/memnet"
)

// kindFile is several things that a host did to one file at an instant.
const kindFile = "file"

// foldFiles makes one of what a host did to a file at an instant with nothing in between: to replace a file takes four steps, and
// those of a few files would leave no room for what led to them.
func foldFiles(all []memnet.Sighting) []memnet.Sighting {
	var folded []memnet.Sighting
	file := "" // that the last of folded is about
	for _, s := range all {
		of := fileOf(s)
		n := len(folded)
		if n > 0 && of != "" && of == file && s.At == folded[n-1].At && s.Host == folded[n-1].Host {
			last := &folded[n-1]
			last.What = sightingText(*last) + ", " + laterStep(s, of)
			last.Kind = kindFile
			continue
		}
		folded, file = append(folded, s), of
	}
	return folded
}

// fileOf is the file that is created, written, synced or renamed, or empty.
func fileOf(s memnet.Sighting) string {
	switch s.Kind {
	case "create", "sync":
		return s.What
	case "write":
		_, name, _ := strings.Cut(s.What, " bytes to ")
		return name
	case "rename":
		name, _, _ := strings.Cut(s.What, " to ")
		return name
	}
	return ""
}

// laterStep is what is done to a file that was named before.
func laterStep(s memnet.Sighting, file string) string {
	if s.What == file {
		return s.Kind + "s"
	}
	return s.Kind + "s " + strings.TrimSuffix(strings.TrimPrefix(s.What, file+" "), " to "+file)
}
