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

// serializerOf is what encodes v when it does not do so itself.
func (c *Codec) serializerOf(v any) api.Serializer {
	if c.format != "" {
		if _, ok := v.(CBORMessage); ok {
			return c.cbor
		}
	}
	return c.serializer
}

// formatOf is the name that travels with v; empty for CBOR and for what encodes itself.
func (c *Codec) formatOf(v any) string {
	if c.format == "" || selfEncoding(v) {
		return ""
	}
	if _, ok := v.(CBORMessage); ok {
		return ""
	}
	return c.format
}

// checkFormat refuses what this env cannot read.
func (c *Codec) checkFormat(v Value, into any) error {
	if c.format == string(v.Format) || selfEncoding(into) { // the first is nearly always so, and costs least
		return nil
	}
	want := c.formatOf(into)
	if want == string(v.Format) {
		return nil
	}
	return fmt.Errorf("%w: decode %s: it is written as %s, this env reads %s (RpcEnvConfig.Serializer)", api.ErrSerialization, v.Type, formatName(string(v.Format)), formatName(want))
}

func formatName(format string) string {
	if format == "" {
		return cborName
	}
	return format
}
