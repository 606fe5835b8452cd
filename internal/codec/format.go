// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"fmt"

	"github.com/twinwire/twinwire/api"
)

// CBORMessage is a message of the stack's own, or the reply to one: it travels as CBOR whatever the serializer, so that
// envs with different ones find each other's endpoints.
type CBORMessage interface{ TravelsAsCBOR() }

// AlwaysCBOR makes a struct that embeds it a CBORMessage.
type AlwaysCBOR struct{}

// TravelsAsCBOR implements CBORMessage.
func (AlwaysCBOR) TravelsAsCBOR() {}

// checkFormat refuses what this env cannot read.
func checkFormat(v *Value, info *typeInfo) error {
	if info.self || info.format == string(v.Format) {
		return nil
	}
	return fmt.Errorf("%w: decode %s: it is written as %s, this env reads %s (RpcEnvConfig.Serializer)", api.ErrSerialization, v.Type, formatName(string(v.Format)), formatName(info.format))
}

func formatName(format string) string {
	if format == "" {
		return cborName
	}
	return format
}
