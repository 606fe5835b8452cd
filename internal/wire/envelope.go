// SPDX-License-Identifier: Apache-2.0

package wire

import "fmt"

// Envelope is the body of an RpcRequest or a OneWayMessage between two RpcEnvs:
// who sends, to which endpoint, and what. Follows RequestMessage.
type Envelope struct {
	Sender   Address // absent when the sender is in client mode: the receiver takes the socket's
	Receiver Address // absent when the endpoint lives in a client-mode env; only Name selects it
	Name     string  // the endpoint's name, at most 65535 encoded bytes
	Content  []byte  // the message, to the end of the body
}

// String shows who talks to whom and the size of the content.
func (e Envelope) String() string {
	return fmt.Sprintf("Envelope[%s -> %s@%s,content=%d bytes]", e.Sender, e.Name, e.Receiver, len(e.Content))
}

// AppendEnvelope appends the whole envelope. It fails with a *UTFError when a
// host or the name is longer than 65535 encoded bytes, and dst is then returned
// as it was.
func AppendEnvelope(dst []byte, e Envelope) ([]byte, error) {
	dst, err := AppendEnvelopeHeader(dst, e.Sender, e.Receiver, e.Name)
	if err != nil {
		return dst, err
	}
	return append(dst, e.Content...), nil
}

// AppendEnvelopeHeader appends an envelope up to its content, which the caller
// appends next. The bytes are the same for every message from one env to one
// endpoint, so they may be kept. It fails as AppendEnvelope does.
func AppendEnvelopeHeader(dst []byte, sender, receiver Address, name string) ([]byte, error) {
	out, err := appendAddress(dst, "sender host", sender)
	if err != nil {
		return dst, err
	}
	if out, err = appendAddress(out, "receiver host", receiver); err != nil {
		return dst, err
	}
	if out, err = appendUTF(out, "receiver name", name); err != nil {
		return dst, err
	}
	return out, nil
}

// ParseEnvelope reads the body of a message between two RpcEnvs. Content aliases
// body; the strings are copies. See ParseEnvelopeView for one that copies
// nothing.
func ParseEnvelope(body []byte) (Envelope, error) {
	v, err := ParseEnvelopeView(body)
	if err != nil {
		return Envelope{}, err
	}
	return Envelope{
		Sender:   v.Sender.Address(),
		Receiver: v.Receiver.Address(),
		Name:     v.EndpointName(),
		Content:  v.Content,
	}, nil
}
