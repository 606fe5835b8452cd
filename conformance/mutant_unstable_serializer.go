// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
)

func unstableSerializer() Mutant {
	return Mutant{
		Name:     "unstable-serializer",
		About:    "a message is encoded in other bytes each time, all of which can be decoded",
		CaughtBy: []string{"the same message is encoded in the same bytes"},
		Wrap: func(h Harness) Harness {
			if h.Serializer != nil {
				h.Serializer = &numbering{Serializer: h.Serializer}
			}
			return h
		},
	}
}

// numbering puts a number before each message.
type numbering struct {
	api.Serializer
	count atomic.Int64
}

func (s *numbering) Name() string { return "numbering" }

func (s *numbering) Append(dst []byte, v any) ([]byte, error) {
	return s.Serializer.Append(append(dst, byte(s.count.Add(1))), v)
}

func (s *numbering) Decode(b []byte, v any) error {
	if len(b) == 0 {
		return errors.New("numbering: no number")
	}
	return s.Serializer.Decode(b[1:], v)
}
