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

// numbers parses the parts of an id behind its first word into 32-bit numbers, but for the second, which may have 64.
func numbers(id string, most int) ([]int64, bool) {
	parts := strings.Split(id, "_")[1:]
	if len(parts) > most {
		return nil, false
	}
	all := make([]int64, len(parts))
	for i, p := range parts {
		bits := 32
		if i == 1 {
			bits = 64
		}
		n, err := strconv.ParseInt(p, 10, bits)
		if err != nil {
			return nil, false
		}
		all[i] = n
	}
	return all, true
}

// joined is the id of these numbers.
func joined(word string, numbers ...int64) string {
	id := append(make([]byte, 0, 48), word...)
	for _, n := range numbers {
		id = strconv.AppendInt(append(id, '_'), n, 10)
	}
	return string(id)
}

// shuffleID is a parsed "shuffle_<shuffle>_<map>_<reduce>" or, of a batch, "shuffle_<shuffle>_<map>_<start>_<end>".
type shuffleID struct {
	shuffle int32
	mapID   int64
	reduce  []int32 // one, or start and end
}

func parseShuffleID(id string) (shuffleID, error) {
	n, ok := numbers(id, 4)
	if !ok || len(n) < 3 || !hasPrefix(id, shufflePrefix) {
		return shuffleID{}, badID("shuffle block", id)
	}
	s := shuffleID{shuffle: int32(n[0]), mapID: n[1]}
	for _, r := range n[2:] {
		s.reduce = append(s.reduce, int32(r))
	}
	return s, nil
}

// String returns the id.
func (s shuffleID) String() string {
	n := []int64{int64(s.shuffle), s.mapID}
	for _, r := range s.reduce {
		n = append(n, int64(r))
	}
	return joined(shufflePrefix, n...)
}

// chunkBlockID is a parsed "shuffleChunk_<shuffle>_<merge>_<reduce>_<chunk>".
type chunkBlockID struct{ shuffle, merge, reduce, chunk int32 }

func parseChunkBlockID(id string) (chunkBlockID, error) {
	n, ok := numbers(id, 4)
	if !ok || len(n) != 4 || n[1] != int64(int32(n[1])) {
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
	n, ok := numbers(id, 4)
	if !ok || len(n) != 4 || n[1] != int64(int32(n[1])) || !hasPrefix(id, shufflePushPrefix) {
		return pushID{}, badID("shuffle push block", id)
	}
	return pushID{int32(n[0]), int32(n[1]), int32(n[2]), int32(n[3])}, nil
}

// String returns the id.
func (p pushID) String() string {
	return joined(shufflePushPrefix, int64(p.shuffle), int64(p.merge), int64(p.mapIndex), int64(p.reduce))
}
