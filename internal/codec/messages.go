// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"reflect"

	"github.com/twinwire/twinwire/api"
)

// Messages decodes what a peer sends to an endpoint. It remembers the type of the last message, of which the next mostly
// is: then a comparison takes the place of parsing, and of looking for the type. It belongs to one task.
type Messages struct {
	codec   *Codec
	factory api.MessageFactory // the endpoint's; may be nil
	bind    Binder

	head []byte     // what stood before the payload of the last message; empty when nothing makes another of its type
	name string     // of the type
	make func() any // makes a pointer to a new one
	info *typeInfo  // of that pointer
}

// messageMaker is a factory that hands out what it makes the messages of a type with; that does not panic.
type messageMaker interface {
	MessageMaker(wireName string) func() any
}

// Messages returns a decoder whose references are bound by bind.
func (c *Codec) Messages(bind Binder) *Messages { return &Messages{codec: c, bind: bind} }

// To says which endpoint's the next messages are, by its factory, which may be nil.
func (m *Messages) To(factory api.MessageFactory) { m.factory, m.head = factory, m.head[:0] }

// Decode is DecodeMessage for the next content. The message may keep some of own, for which nil is good too.
func (m *Messages) Decode(content []byte, own *OwnMemory) (any, error) {
	n := len(m.head)
	if n == 0 || len(content) < n || string(content[:n]) != string(m.head) {
		return m.decodeOther(content)
	}
	return m.DecodeNext(content[n:], nil, own)
}

// Next is what a content must begin with to be the next of the type of the last, and that type's name. It is empty when
// nothing makes another of that type.
func (m *Messages) Next() (head []byte, name string) { return m.head, m.name }

// DecodeNext is Decode for what is behind the head that Next returns, into what into points at; nil: something new.
func (m *Messages) DecodeNext(payload []byte, into any, own *OwnMemory) (any, error) {
	if into == nil {
		into = m.make()
	}
	if own != nil && m.info.reads != nil && m.info.word == typeWord(into) {
		if err := own.read(with(m.info.reads, into), payload, ownBytes); err != nil {
			return nil, undecodable(m.name, err)
		}
		return into, nil
	}
	if err := m.info.fill(into, payload, m.bind, own); err != nil {
		return nil, undecodable(m.name, err)
	}
	return into, nil
}

// decodeOther decodes a message of another type than the last.
func (m *Messages) decodeOther(content []byte) (any, error) {
	m.head = m.head[:0]
	var v Value
	if err := v.Parse(content); err != nil {
		return nil, err
	}
	value, err := m.codec.DecodeMessage(&v, m.factory, m.bind)
	if err != nil {
		return nil, err
	}
	maker, ok := m.factory.(messageMaker)
	if !ok || len(v.Type) == 0 {
		return value, nil
	}
	m.name = m.codec.typeNames.of(v.Type)
	if m.make = maker.MessageMaker(m.name); m.make != nil {
		m.info = m.codec.info(reflect.TypeOf(value))
		m.head = append(m.head, content[:len(content)-len(v.Payload)]...)
	}
	return value, nil
}
