// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// ShuffleServiceHeartbeat belonged to Spark's Mesos support: 3.5 encodes and
// decodes it, and its shuffle service refuses it; 4.x does not know the
// type.
type ShuffleServiceHeartbeat struct {
	AppID string
}

// Type is TypeShuffleServiceHeartbeat.
func (ShuffleServiceHeartbeat) Type() Type { return TypeShuffleServiceHeartbeat }

// String shows the fields.
func (m ShuffleServiceHeartbeat) String() string {
	return fmt.Sprintf("ShuffleServiceHeartbeat[appId=%s]", m.AppID)
}

// Append appends the type byte and the fields.
func (m ShuffleServiceHeartbeat) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeShuffleServiceHeartbeat))
	return wire.AppendString(dst, m.AppID)
}

// ParseShuffleServiceHeartbeat reads a message of this type, its type byte first.
func ParseShuffleServiceHeartbeat(b []byte) (ShuffleServiceHeartbeat, error) {
	r := wire.NewFieldReader(b, int8(TypeShuffleServiceHeartbeat))
	m := ShuffleServiceHeartbeat{
		AppID: r.String(),
	}
	return m, r.Err()
}
