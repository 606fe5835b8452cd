// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"runtime/debug"
	"strings"
)

// codeIdentity returns the identity of the running program: main module and version, revision of its source and whether that was
// changed, the version of Go and the architecture. Parts that the build did not record are left out.
//
//go:norace
func codeIdentity() string {
	b, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	parts := []string{b.Main.Path + "@" + b.Main.Version}
	for _, s := range b.Settings {
		switch {
		case s.Key == "vcs.revision":
			parts = append(parts, s.Value)
		case s.Key == "vcs.modified" && s.Value == "true":
			parts = append(parts, "modified")
		case s.Key == "GOARCH":
			parts = append(parts, s.Value)
		case s.Key == "-race" && s.Value == "true":
			parts = append(parts, "race")
		}
	}
	return strings.Join(append(parts, b.GoVersion), " ")
}
