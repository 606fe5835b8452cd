// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// inParts keeps what it is read from.
type inParts struct {
	Text  string
	Bytes []byte
}

func (m inParts) AppendBinary(b []byte) ([]byte, error) {
	return append(append(append(b, byte(len(m.Text))), m.Text...), m.Bytes...), nil
}

func (m *inParts) ReadParts(p *api.Parts) error {
	m.Text = p.Text(p.Size())
	m.Bytes = p.Rest()
	if m.Text == "panic" {
		panic(m.Text)
	}
	return p.Err()
}

func (m *inParts) UnmarshalBinary(b []byte) error { return m.ReadParts(api.NewParts(bytes.Clone(b))) }

// TestMessagesOwnTheirMemory: what messages keep stays, whatever is read into where they came from and whatever they do
// with it; and a piece of memory is shared by small messages only.
func TestMessagesOwnTheirMemory(t *testing.T) {
	c, err := New(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var own OwnMemory
	m := c.Messages(nil)
	m.To(api.Handlers(api.OnSend(func(api.RpcCallContext, inParts) error { return nil })).(api.MessageFactory))
	buf := make([]byte, 0, 64<<10)
	var kept []*inParts
	for n := range 1000 {
		buf, err = c.AppendValue(buf[:0], inParts{Text: fmt.Sprint(n), Bytes: bytes.Repeat([]byte{byte(n)}, n*n/300)})
		if err != nil {
			t.Fatal(err)
		}
		v, err := m.Decode(buf, &own)
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, v.(*inParts))
		_ = append(kept[n].Bytes, "more than it has"...)
		if own.size > ownBytes || n*n/300 > ownBytes && cap(kept[n].Bytes) < n*n/300 {
			t.Fatalf("a piece of %d, %d of %d bytes", own.size, cap(kept[n].Bytes), n*n/300)
		}
	}
	for n, v := range kept {
		if v.Text != fmt.Sprint(n) || !bytes.Equal(v.Bytes, bytes.Repeat([]byte{byte(n)}, n*n/300)) {
			t.Errorf("%d is now %s, %v", n, v.Text, v.Bytes)
		}
	}
	for cut, bad := range []inParts{{Text: "panic"}, {Text: "cut"}} {
		content, err := c.AppendValue(nil, bad)
		if err == nil {
			_, err = m.Decode(content[:len(content)-cut], &own)
		}
		if !errors.Is(err, api.ErrSerialization) {
			t.Errorf("%s: %v", bad.Text, err)
		}
	}
}

// TestAnotherTypeIsNotRead: who makes a pointer to something else than before gets an error, not the bytes of a message.
func TestAnotherTypeIsNotRead(t *testing.T) {
	c, err := New(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var own OwnMemory
	m := c.Messages(nil)
	m.To(api.Handlers(api.OnSend(func(api.RpcCallContext, inParts) error { return nil })).(api.MessageFactory))
	content, err := c.AppendValue(nil, inParts{Text: "text"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Decode(content, &own); err != nil {
		t.Fatal(err)
	}
	head, _ := m.Next()
	var other struct{ N [16]int }
	if _, err := m.DecodeNext(content[len(head):], &other, &own); !errors.Is(err, api.ErrSerialization) || other.N != [16]int{} {
		t.Error(err, other)
	}
}

// TestFieldsOwnTheirMemory: so do texts and bytes of messages that the serializer is for.
func TestFieldsOwnTheirMemory(t *testing.T) {
	c, err := New(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var own OwnMemory
	m := c.Messages(nil)
	m.To(api.Handlers(api.OnSend(func(api.RpcCallContext, numbered) error { return nil })).(api.MessageFactory))
	buf := make([]byte, 0, 64<<10)
	var kept []*numbered
	for n := range 1000 {
		want := numbered{Name: fmt.Sprint(n), Data: bytes.Repeat([]byte{byte(n)}, n*n/1000)}
		if buf, err = c.AppendValue(buf[:0], want); err != nil {
			t.Fatal(err)
		}
		v, err := m.Decode(buf, &own)
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, v.(*numbered))
		_ = append(kept[n].Data, "more than it has"...)
		if size := cap(own.piece); size > ownFieldBytes {
			t.Fatalf("a piece of %d", size)
		}
	}
	for n, v := range kept {
		if v.Name != fmt.Sprint(n) || v.Data == nil || !bytes.Equal(v.Data, bytes.Repeat([]byte{byte(n)}, n*n/1000)) {
			t.Errorf("%d is now %s, %v", n, v.Name, v.Data)
		}
	}
}
