// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// RegisterDriver belonged to Spark's Mesos support: 3.5 encodes and decodes
// it, and its shuffle service refuses it; 4.x does not know the type.
type RegisterDriver struct {
	AppID              string
	HeartbeatTimeoutMs int64
}

// Type is TypeRegisterDriver.
func (RegisterDriver) Type() Type { return TypeRegisterDriver }

// String shows the fields.
func (m RegisterDriver) String() string {
	return fmt.Sprintf("RegisterDriver[appId=%s,heartbeatTimeoutMs=%d]", m.AppID, m.HeartbeatTimeoutMs)
}

// Append appends the type byte and the fields.
func (m RegisterDriver) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeRegisterDriver))
	dst = wire.AppendString(dst, m.AppID)
	return wire.AppendInt64(dst, m.HeartbeatTimeoutMs)
}

// ParseRegisterDriver reads a message of this type, its type byte first.
func ParseRegisterDriver(b []byte) (RegisterDriver, error) {
	r := wire.NewFieldReader(b, int8(TypeRegisterDriver))
	m := RegisterDriver{
		AppID:              r.String(),
		HeartbeatTimeoutMs: r.Int64(),
	}
	return m, r.Err()
}
