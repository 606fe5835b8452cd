// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"github.com/twinwire/twinwire/api"
)

// Sample is a message that is sent by the million: it encodes itself, and keeps the memory in which it came.
type Sample struct {
	At     uint64
	Metric string
	Data   []byte
}

func (m Sample) AppendBinary(b []byte) ([]byte, error) {
	b = binary.BigEndian.AppendUint64(b, m.At)
	b = binary.AppendUvarint(b, uint64(len(m.Metric)))
	return append(append(b, m.Metric...), m.Data...), nil
}

func (m *Sample) ReadParts(p *api.Parts) error {
	m.At = p.Uint64()
	m.Metric = p.Text(p.Size())
	m.Data = p.Rest()
	return p.Err()
}

func (m *Sample) UnmarshalBinary(b []byte) error { return m.ReadParts(api.NewParts(bytes.Clone(b))) }

// Send and ReadParts leave little to be collected as garbage at either end.
func ExampleSend() {
	akka(func(ctx context.Context, server, client api.RpcEnv) {
		var last Sample
		ref := at(server, client, "samples", api.Handlers(
			api.OnSend(func(_ api.RpcCallContext, m Sample) error { last = m; return nil }),
			api.OnAsk(func(api.RpcCallContext, string) (string, error) {
				return fmt.Sprint(last.At, " ", last.Metric, " ", last.Data), nil
			}),
		))
		for n := range byte(100) {
			if err := api.Send(ref, Sample{At: uint64(n), Metric: "load", Data: []byte{n, n}}); err != nil {
				fmt.Println(err)
			}
		}
		fmt.Println(api.Ask[string](ctx, ref, "last"))
	})
	// Output:
	// 99 load [99 99] <nil>
}
