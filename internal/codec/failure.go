// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"errors"
	"reflect"
	"strings"

	"github.com/twinwire/twinwire/api"
)

// maxLinks bounds the chain of a failure, in errors; what is further inside does not travel.
const maxLinks = 32

// maxText bounds the text of one link, in bytes.
const maxText = 64 << 10

// AppendFailure appends err as a chain of links, so that errors.Is and errors.As work on the other side.
func (c *Codec) AppendFailure(dst []byte, err error) []byte {
	links := c.chain(nil, err)
	dst = append(dst, kindFailure, byte(len(links)))
	for _, l := range links {
		dst = appendBytes(dst, []byte(l.Type))
		dst = appendBytes(dst, []byte(l.Text))
		if l.Payload == nil {
			dst = append(dst, 0)
			continue
		}
		dst = appendBytes(append(dst, 1), l.Payload)
	}
	return dst
}

// chain flattens err, outermost first.
func (c *Codec) chain(links []api.ErrorLink, err error) []api.ErrorLink {
	if err == nil || len(links) == maxLinks {
		return links
	}
	var remote *api.RemoteError
	if as, ok := err.(*api.RemoteError); ok {
		remote = as
	}
	if remote != nil {
		return append(links, remote.Chain[:min(len(remote.Chain), maxLinks-len(links))]...)
	}
	links = append(links, api.ErrorLink{Type: api.WireNameOf(err), Text: cut(err.Error()), Payload: c.errorPayload(err)})
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			links = c.chain(links, e)
		}
		return links
	}
	return c.chain(links, errors.Unwrap(err))
}

func cut(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "") + "…"
}

// errorPayload is the encoding of an error that has exported fields; nil when it has none or cannot be encoded.
func (c *Codec) errorPayload(err error) []byte {
	t := messageType(err)
	if t.Kind() == reflect.Struct {
		exported := false
		for f := range t.Fields() {
			exported = exported || f.IsExported()
		}
		if !exported {
			return nil
		}
	}
	if v := reflect.ValueOf(err); v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	b, e := c.appendPayload(nil, err)
	if e != nil || len(b) > maxText {
		return nil
	}
	return b
}

func (r *reader) links() []api.ErrorLink {
	n := int(r.byte())
	if n == 0 || n > maxLinks {
		r.fail(errors.New("failure without a chain, or with too long a one"))
		return nil
	}
	links := make([]api.ErrorLink, 0, n)
	for range n {
		l := api.ErrorLink{Type: string(r.bytes()), Text: string(r.bytes())}
		if r.byte() != 0 {
			l.Payload = append([]byte{}, r.bytes()...)
		}
		links = append(links, l)
	}
	return links
}

// RemoteError makes the error of a failure that came from remote.
func (c *Codec) RemoteError(remote api.RpcAddress, links []api.ErrorLink) *api.RemoteError {
	return api.NewRemoteError(remote, links, c.decodePayload)
}
