// SPDX-License-Identifier: Apache-2.0

package block

import (
	"strconv"
	"strings"

	"github.com/twinwire/twinwire/internal/transport"
)

// The first words of block ids that the protocol knows.
const (
	shufflePrefix      = "shuffle"
	shuffleChunkPrefix = "shuffleChunk"
	shufflePushPrefix  = "shufflePush"
)

// hasPrefix reports whether id begins with word and an underscore.
func hasPrefix(id, word string) bool {
	return len(id) > len(word) && id[len(word)] == '_' && strings.HasPrefix(id, word)
}

// badID says that an id of a known kind has another form.
func badID(kind, id string) error {
	return transport.IllegalArgument("Unexpected %s id format: %s", kind, id)
}

// mostNumbers is how many an id has at most.
const mostNumbers = 4

// numbers parses the parts of an id behind its first word into 32-bit numbers, but for the second, which may have 64, and
// says how many there are.
func numbers(id string) (n [mostNumbers]int64, count int, ok bool) {
	_, rest, more := strings.Cut(id, "_")
	for more {
		if count == mostNumbers {
			return n, 0, false
		}
		var part string
		part, rest, more = strings.Cut(rest, "_")
		bits := 32
		if count == 1 {
			bits = 64
		}
		var err error
		if n[count], err = strconv.ParseInt(part, 10, bits); err != nil {
			return n, 0, false
		}
		count++
	}
	return n, count, true
}

// joined is the id of these numbers.
func joined(word string, numbers ...int64) string {
	id := append(make([]byte, 0, 48), word...)
	for _, n := range numbers {
		id = strconv.AppendInt(append(id, '_'), n, 10)
	}
	return string(id)
}

// shuffleID is a parsed "shuffle_<shuffle>_<map>_<reduce>" or, of a batch, "shuffle_<shuffle>_<map>_<reduce>_<end>".
type shuffleID struct {
	shuffle int32
	mapID   int64
	reduce  int32
	end     int32
	batch   bool
}

func parseShuffleID(id string) (shuffleID, error) {
	n, count, ok := numbers(id)
	if !ok || count < 3 || !hasPrefix(id, shufflePrefix) {
		return shuffleID{}, badID("shuffle block", id)
	}
	return shuffleID{int32(n[0]), n[1], int32(n[2]), int32(n[3]), count == 4}, nil
}

// String returns the id.
func (s shuffleID) String() string {
	if s.batch {
		return joined(shufflePrefix, int64(s.shuffle), s.mapID, int64(s.reduce), int64(s.end))
	}
	return joined(shufflePrefix, int64(s.shuffle), s.mapID, int64(s.reduce))
}

// chunkBlockID is a parsed "shuffleChunk_<shuffle>_<merge>_<reduce>_<chunk>".
type chunkBlockID struct{ shuffle, merge, reduce, chunk int32 }

func parseChunkBlockID(id string) (chunkBlockID, error) {
	n, count, ok := numbers(id)
	if !ok || count != 4 || n[1] != int64(int32(n[1])) {
		return chunkBlockID{}, badID("shuffle block", id)
	}
	return chunkBlockID{int32(n[0]), int32(n[1]), int32(n[2]), int32(n[3])}, nil
}

// String returns the id.
func (c chunkBlockID) String() string {
	return joined(shuffleChunkPrefix, int64(c.shuffle), int64(c.merge), int64(c.reduce), int64(c.chunk))
}

// pushID is a parsed "shufflePush_<shuffle>_<merge>_<mapIndex>_<reduce>".
type pushID struct{ shuffle, merge, mapIndex, reduce int32 }

func parsePushID(id string) (pushID, error) {
	n, count, ok := numbers(id)
	if !ok || count != 4 || n[1] != int64(int32(n[1])) || !hasPrefix(id, shufflePushPrefix) {
		return pushID{}, badID("shuffle push block", id)
	}
	return pushID{int32(n[0]), int32(n[1]), int32(n[2]), int32(n[3])}, nil
}

// String returns the id.
func (p pushID) String() string {
	return joined(shufflePushPrefix, int64(p.shuffle), int64(p.merge), int64(p.mapIndex), int64(p.reduce))
}
