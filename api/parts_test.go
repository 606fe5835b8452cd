// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/twinwire/twinwire/api"
)

func TestPartsAreWhatWasAppended(t *testing.T) {
	b := []byte{7}
	b = binary.BigEndian.AppendUint32(b, 1<<31)
	b = binary.BigEndian.AppendUint64(b, 1<<63)
	b = binary.AppendUvarint(b, 127)
	b = binary.AppendUvarint(b, 1<<40)
	b = append(append(b, 3), "abc"...)
	b = append(b, "de"...)
	b = append(b, "rest"...)
	p := api.NewParts(b)
	if p.Byte() != 7 || p.Uint32() != 1<<31 || p.Uint64() != 1<<63 || p.Uvarint() != 127 || p.Uvarint() != 1<<40 {
		t.Error("numbers are others")
	}
	if text := p.Text(p.Size()); text != "abc" {
		t.Errorf("text %q", text)
	}
	two := p.Bytes(2)
	if p.Len() != 4 {
		t.Errorf("%d bytes left", p.Len())
	}
	rest := p.Rest()
	if _ = append(two, "XY"...); string(two) != "de" || string(rest) != "rest" || p.Len() != 0 || p.Err() != nil {
		t.Errorf("%s, %s, %d left, %v", two, rest, p.Len(), p.Err())
	}
}

// TestPartsThatAreNotThere: after the first of them nothing is handed out, and the error stays.
func TestPartsThatAreNotThere(t *testing.T) {
	long := bytes.Repeat([]byte{0xff}, 11)
	for name, take := range map[string]func(p *api.Parts) bool{
		"bytes":    func(p *api.Parts) bool { return p.Bytes(12) == nil },
		"negative": func(p *api.Parts) bool { return p.Bytes(-1) == nil },
		"text":     func(p *api.Parts) bool { return p.Text(12) == "" },
		"number":   func(p *api.Parts) bool { p.Bytes(8); return p.Uint32() == 0 },
		"long":     func(p *api.Parts) bool { p.Bytes(4); return p.Uint64() == 0 },
		"byte":     func(p *api.Parts) bool { p.Bytes(11); return p.Byte() == 0 },
		"uvarint":  func(p *api.Parts) bool { return p.Uvarint() == 0 },
		"size": func(p *api.Parts) bool {
			p.Reset(make([]byte, 5))
			return p.Hold([]byte{5, 1, 2, 3, 4}) && p.Size() == 0
		},
	} {
		p := api.NewParts(long)
		if !take(p) || p.Err() == nil {
			t.Errorf("%s: got something, error %v", name, p.Err())
		}
		first := p.Err()
		if p.Len() != 0 || p.Byte() != 0 || p.Uvarint() != 0 || p.Text(1) != "" || len(p.Rest()) > 0 || p.Err() != first { //nolint:errorlint // itself
			t.Errorf("%s: something was left, error %v", name, p.Err())
		}
	}
}
