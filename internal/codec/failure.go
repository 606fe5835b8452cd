// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/causes"
)

// maxLinks bounds the chain of a failure, in errors. Of what is further inside only the known sentinels travel, which
// come on top of it.
const maxLinks = 32

// maxTold bounds what travels, the sentinels included.
const maxTold = 2 * maxLinks

// maxText bounds the text of one link, in bytes.
const maxText = 64 << 10

// AppendFailure appends err as a chain of links, so that errors.Is and errors.As work on the other side. It is made to
// fit into limit bytes, as far as one link can be.
func (c *Codec) AppendFailure(dst []byte, err error, limit int) []byte {
	links := fit(c.told(err), limit)
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

// told is the chain of err with what only an Is method knows, or what is too far inside, as links of its own behind the
// others.
func (c *Codec) told(err error) []api.ErrorLink {
	var unencodable error
	links := c.chain(nil, err, &unencodable)
	if unencodable != nil { // the asker can find out all but what is in its fields; he must know that
		links = c.chain(links[:0:0], fmt.Errorf("%w: %w", unencodable, err), new(error))
	}
	if len(links) < maxLinks && !claimsKin(err) {
		return links
	}
	return withSentinels(links, err)
}

// withSentinels appends the sentinels that err is and that are not among its links.
func withSentinels(links []api.ErrorLink, err error) (all []api.ErrorLink) {
	all = links
	for _, s := range causes.Among(err, sentinels()) {
		l := api.ErrorLink{Type: api.WireNameOf(s), Text: s.Error()}
		if !slices.ContainsFunc(all, func(o api.ErrorLink) bool { return o.Type == l.Type && o.Text == l.Text }) {
			all = append(all[:min(len(all), maxTold-1)], l)
		}
	}
	return all
}

// claimsKin reports whether an error of the chain has an Is method.
func claimsKin(err error) bool {
	if _, ok := err.(interface{ Is(error) bool }); ok {
		return true
	}
	return slices.ContainsFunc(causes.Of(err), claimsKin)
}

// chain flattens err, outermost first. It tells of an error whose fields cannot be encoded.
func (c *Codec) chain(links []api.ErrorLink, err error, unencodable *error) []api.ErrorLink {
	if len(links) == maxLinks {
		return links
	}
	if remote, ok := err.(*api.RemoteError); ok { //nolint:errorlint // this link itself; those it wraps come later
		return append(links, remote.Chain[:min(len(remote.Chain), maxTold-len(links))]...)
	}
	links = append(links, c.link(err, unencodable))
	for _, cause := range causes.Of(err) {
		links = c.chain(links, cause, unencodable)
	}
	return links
}

// link is what travels of err itself. An error whose own methods panic must not cost the asker its outcome: he gets the
// panic.
func (c *Codec) link(err error, unencodable *error) (l api.ErrorLink) {
	defer func() {
		if p := recover(); p != nil {
			l = c.link(api.NewPanicError(fmt.Sprintf("%T: %v", err, p), debug.Stack()), new(error))
		}
	}()
	payload, bad := c.errorPayload(err)
	if bad != nil {
		*unencodable = bad
	}
	return api.ErrorLink{Type: api.WireNameOf(err), Text: cutTo(err.Error(), maxText), Payload: payload}
}

func cutTo(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}

// errorPayload is the encoding of an error that has exported fields, or no fields at all; nil when it cannot be told
// whole. The error that it wraps is left out, for it is the rest of the chain.
func (c *Codec) errorPayload(err error) ([]byte, error) {
	v := reflect.ValueOf(err)
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, nil
	}
	if t := messageType(err); t.Kind() == reflect.Struct && !encodesItself(t) {
		exported := t.NumField() == 0
		for f := range t.Fields() {
			exported = exported || f.IsExported()
		}
		if !exported {
			return nil, nil
		}
		var ok bool
		if ok, err = withoutCause(v, err); !ok {
			return nil, nil
		}
	}
	b, e := c.appendFields(err)
	switch {
	case e != nil && messageType(err).Kind() != reflect.Struct: // a syscall.Errno has no fields to tell
		return nil, nil
	case e != nil || len(b) > maxText:
		return nil, e
	}
	return b, nil
}

// appendFields encodes an error's fields: as CBOR whatever the serializer, unless it encodes itself.
func (c *Codec) appendFields(err error) (b []byte, bad error) {
	defer recoverAs(&bad, "encode", err)
	info := c.info(reflect.TypeOf(err))
	if info.self {
		return c.appendPayload(nil, info, err)
	}
	if b, bad = info.appendCBOR(c.cbor, nil, err); bad != nil {
		return nil, fmt.Errorf("%w: encode %T: %w", api.ErrSerialization, err, bad)
	}
	return b, nil
}

// decodeFields reads what appendFields wrote.
func (c *Codec) decodeFields(b []byte, into any) (err error) {
	defer recoverAs(&err, "decode", into)
	if info := c.info(reflect.TypeOf(into)); info.self {
		return info.read(into, b)
	}
	return c.cbor.Decode(b, into)
}

// withoutCause is a copy of err without the error it wraps. ok is false when it holds an error that it does not wrap.
func withoutCause(v reflect.Value, err error) (ok bool, _ error) {
	p := v
	v = reflect.Indirect(v)
	field, has := api.CauseField(v.Type())
	if !has || v.FieldByIndex(field.Index).IsNil() {
		return true, err
	}
	if !same(errors.Unwrap(err), v.FieldByIndex(field.Index).Interface()) {
		return false, nil
	}
	bare := reflect.New(v.Type())
	bare.Elem().Set(v)
	bare.Elem().FieldByIndex(field.Index).SetZero()
	if p.Kind() != reflect.Pointer {
		bare = bare.Elem()
	}
	return true, bare.Interface().(error)
}

// same compares errors, those of types that cannot be compared by their texts.
func same(a, b any) bool {
	if t := reflect.TypeOf(a); t != reflect.TypeOf(b) || t == nil || t.Comparable() {
		return a == b
	}
	return fmt.Sprint(a) == fmt.Sprint(b)
}

func (r *reader) links() []api.ErrorLink {
	n := int(r.byte())
	if n == 0 || n > maxTold {
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
	return api.NewRemoteError(remote, links, c.decodeFields)
}
