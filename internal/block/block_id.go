// SPDX-License-Identifier: Apache-2.0

package block

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/twinwire/twinwire/internal/transport"
)

// shuffleID is a parsed "shuffle_<shuffle>_<map>_<reduce>" or, of a batch, "shuffle_<shuffle>_<map>_<start>_<end>".
type shuffleID struct {
	shuffle int32
	mapID   int64
	reduce  []int32 // one, or start and end
}

func isShuffle(id string) bool { return strings.HasPrefix(id, "shuffle_") }

func parseShuffleID(id string) (shuffleID, error) {
	parts := strings.Split(id, "_")
	bad := transport.IllegalArgument("Unexpected shuffle block id format: %s", id)
	if len(parts) != 4 && len(parts) != 5 || parts[0] != "shuffle" {
		return shuffleID{}, bad
	}
	var s shuffleID
	shuffle, err1 := strconv.ParseInt(parts[1], 10, 32)
	mapID, err2 := strconv.ParseInt(parts[2], 10, 64)
	if err1 != nil || err2 != nil {
		return s, bad
	}
	s.shuffle, s.mapID = int32(shuffle), mapID
	for _, p := range parts[3:] {
		r, err := strconv.ParseInt(p, 10, 32)
		if err != nil {
			return s, bad
		}
		s.reduce = append(s.reduce, int32(r))
	}
	return s, nil
}

// String returns the id.
func (s shuffleID) String() string {
	id := fmt.Appendf(nil, "shuffle_%d_%d", s.shuffle, s.mapID)
	for _, r := range s.reduce {
		id = strconv.AppendInt(append(id, '_'), int64(r), 10)
	}
	return string(id)
}
