// SPDX-License-Identifier: Apache-2.0

package wire

import "encoding/binary"

// EnvelopeView is an Envelope whose parts still lie in the message: for a
// receiver that looks the endpoint up by map[string(v.Name)] and needs no
// string of its own. All of it lives as long as the message.
type EnvelopeView struct {
	Sender   AddressView
	Receiver AddressView
	Name     []byte // modified UTF-8; the same bytes as in a Go string but for NUL and characters above U+FFFF
	Content  []byte
}

// EndpointName copies the name out of the message.
func (v EnvelopeView) EndpointName() string { return decodeUTF(v.Name) }

// ParseEnvelopeView reads the body of a message between two RpcEnvs without
// copying or allocating. Hosts and name are checked to be modified UTF-8, so
// that turning them into strings cannot fail later. A body that ends too early
// matches ErrShort (to a JVM: EOFException); text that is no modified UTF-8 is
// a *UTFError.
func ParseEnvelopeView(body []byte) (EnvelopeView, error) {
	r := envelopeReader{b: body}
	v := EnvelopeView{
		Sender:   r.address("sender host"),
		Receiver: r.address("receiver host"),
		Name:     r.utf("receiver name"),
	}
	if r.err != nil {
		return EnvelopeView{}, r.err
	}
	v.Content = r.b[r.off:]
	return v, nil
}

// envelopeReader reads the fields of an envelope; the first mistake stays.
type envelopeReader struct {
	b   []byte
	off int
	err error
}

func (r *envelopeReader) take(n int) []byte {
	if r.err != nil {
		return nil
	}
	if len(r.b)-r.off < n {
		r.err = &EndError{ShortError{Offset: r.off, Need: n, Have: len(r.b)}}
		return nil
	}
	r.off += n
	return r.b[r.off-n : r.off : r.off]
}

func (r *envelopeReader) address(field string) AddressView {
	flag := r.take(1)
	if flag == nil || flag[0] == 0 {
		return AddressView{}
	}
	v := AddressView{Present: true, Host: r.utf(field)}
	if port := r.take(4); port != nil {
		v.Port = int32(binary.BigEndian.Uint32(port))
	}
	return v
}

func (r *envelopeReader) utf(field string) []byte {
	size := r.take(2)
	if size == nil {
		return nil
	}
	text := r.take(int(binary.BigEndian.Uint16(size)))
	if r.err == nil && !validUTF(text) {
		r.err = &UTFError{Field: field}
	}
	return text
}

// EndError is the ShortError of an envelope, which Java reads as a stream: to a
// JVM it is an EOFException. It matches ErrShort.
type EndError struct {
	ShortError
}

// Error says how much of the envelope is missing.
func (e *EndError) Error() string { return "envelope ends early: " + e.ShortError.Error() }

// JavaText is the first line a JVM would print; see the function of that name.
func (e *EndError) JavaText() string { return "java.io.EOFException" }
