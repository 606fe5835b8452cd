// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"fmt"
	"math"
	"path"
	"unicode/utf16"

	"github.com/twinwire/twinwire/api"
)

// Dir is a local directory of an executor.
type Dir struct {
	Files api.Files
	Name  string // in Files
	Path  string // what the executor calls it
}

// Dirs are the local directories of one executor in its own order, which decides where a file lies. There is at least
// one, and SubDirs is at least 1. Follows ExecutorDiskUtils.
type Dirs struct {
	Local   []Dir
	SubDirs int32 // sub-folders of each
}

// Find says where the file of that name lies, whether it exists or not. The name must be one element of a path.
func (d Dirs) Find(name string) Place {
	hash := javaHash(name)
	n := int32(len(d.Local))
	dir := d.Local[hash%n]
	sub := fmt.Sprintf("%02x", hash/n%d.SubDirs)
	return Place{Files: dir.Files, Name: path.Join(dir.Name, sub, name), Path: path.Join(dir.Path, sub, name)}
}

// Place is where a file lies.
type Place struct {
	Files api.Files
	Name  string // in Files
	Path  string // what the executor calls it
}

// javaHash is Java's String.hashCode without its sign, as Spark takes it: the smallest number becomes 0.
func javaHash(s string) int32 {
	var h int32
	for _, unit := range utf16.Encode([]rune(s)) {
		h = 31*h + int32(unit)
	}
	switch {
	case h == math.MinInt32:
		return 0
	case h < 0:
		return -h
	}
	return h
}
