// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"bytes"
	"sync"

	"github.com/fxamacker/cbor/v2"
	"github.com/pkg/errors"

	"github.com/twinwire/twinwire/api"
)

// cborSerializer is the default: CBOR in core-deterministic mode, so that equal values have equal bytes, with bounds on
// what a hostile peer can make a decoder do.
type cborSerializer struct {
	enc     cbor.UserBufferEncMode
	dec     cbor.DecMode
	buffers sync.Pool // of *bytes.Buffer without bytes
}

// CBOR returns the default serializer.
func CBOR() (api.Serializer, error) {
	opts := cbor.CoreDetEncOptions()
	opts.Time = cbor.TimeRFC3339NanoUTC
	opts.TextMarshaler = cbor.TextMarshalerTextString
	enc, err := opts.UserBufferEncMode()
	if err != nil {
		return nil, errors.Wrap(err, "cbor encoder")
	}
	dec, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TextUnmarshaler: cbor.TextUnmarshalerTextString,
		MaxNestedLevels: 64, MaxArrayElements: 1 << 24, MaxMapPairs: 1 << 24,
	}.DecMode()
	if err != nil {
		return nil, errors.Wrap(err, "cbor decoder")
	}
	return &cborSerializer{enc: enc, dec: dec}, nil
}

// cborName is the name of the default format, which is not told on the wire.
const cborName = "cbor"

func (*cborSerializer) Name() string { return cborName }

func (s *cborSerializer) Append(dst []byte, v any) ([]byte, error) {
	b, ok := s.buffers.Get().(*bytes.Buffer)
	if !ok {
		b = new(bytes.Buffer)
	}
	*b = *bytes.NewBuffer(dst)
	err := s.enc.MarshalToBuffer(v, b)
	out := b.Bytes()
	*b = bytes.Buffer{}
	s.buffers.Put(b)
	if err != nil {
		return dst, err
	}
	return out, nil
}

func (s *cborSerializer) Decode(b []byte, v any) error { return s.dec.Unmarshal(b, v) }
