// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func rpcMessages() []Property {
	const family = "rpc messages"
	return []Property{
		law(Property{Family: family, Name: "the same message is encoded in the same bytes", Clause: "R37", Needs: Rpc | Serializers}, drawParcels, stableBytes),
		law(Property{Family: family, Name: "a message arrives as it was sent", Clause: "R37", Needs: Rpc}, drawParcels, parcelsArrive),
		law(Property{Family: family, Name: "inside one env a message goes by reference", Clause: "R10", Needs: Rpc}, drawParcels, byReference),
	}
}

// parcel is a message with something of everything that serializers get wrong.
type parcel struct {
	ID     int
	Text   string
	Bytes  []byte
	Counts map[string]int
	Lists  map[string][]string
	Inner  []parcel
}

type parcelsPlan struct {
	conditions
	Route   route
	Parcels []parcel
}

func drawParcels(t *rapid.T) parcelsPlan {
	return parcelsPlan{
		conditions: drawFair(t), Route: drawRemote(t),
		Parcels: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) parcel { return drawParcel(t, 2) }), 1, 3).Draw(t, "parcels"),
	}
}

func drawParcel(t *rapid.T, depth int) parcel {
	text := rapid.StringN(0, 8, -1)
	p := parcel{
		ID:     rapid.Int().Draw(t, "id"),
		Text:   text.Draw(t, "text"),
		Bytes:  rapid.SliceOfN(rapid.Byte(), 1, 20).Draw(t, "bytes"),
		Counts: rapid.MapOfN(text, rapid.Int(), 1, 8).Draw(t, "counts"),
		Lists:  rapid.MapOfN(text, rapid.SliceOfN(text, 1, 3), 1, 4).Draw(t, "lists"),
	}
	if depth > 0 {
		p.Inner = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) parcel { return drawParcel(t, depth-1) }), 1, 2).Draw(t, "inner")
	}
	return p
}

func stableBytes(t *trial, p parcelsPlan) {
	t.on(t.home, "check the serializer", func() {
		values := make([]any, len(p.Parcels))
		for i, m := range p.Parcels {
			values[i] = m
		}
		if err := api.CheckSerializer(t.ctx, t.home.Runtime(), t.serializer, values...); err != nil {
			t.errorf("%v", err)
		}
	})
	parcelsArrive(t, p)
}

// returned has a parcel sent back.
func returned(_ api.RpcCallContext, m parcel) (parcel, error) { return m, nil }

func parcelsArrive(t *trial, p parcelsPlan) {
	d := t.desk()
	pair := t.rpcServer(api.RpcEnvConfig{Serializer: t.serializer}, d.endpoint(api.OnAsk(returned)))
	client := t.world.Host("client")
	cfg := api.RpcEnvConfig{Serializer: t.serializer}
	if p.Route == viaServer {
		cfg.Bind = client.Address(0)
	}
	ref := t.env(client, cfg).EndpointRef(pair.address)
	t.on(client, "send parcels", func() {
		for _, m := range p.Parcels {
			got, err := api.Ask[parcel](t.ctx, ref, m)
			t.must(err, "ask")
			if diff := cmp.Diff(m, got); diff != "" {
				t.errorf("a parcel came back changed (-sent +got):\n%s", diff)
			}
		}
	})
}

// box is a message that no serializer takes.
type box struct {
	ID   int
	Lock chan struct{}
}

func byReference(t *trial, p parcelsPlan) {
	pair := t.rpcPair(viaLocal, api.RpcEnvConfig{}, t.desk().endpoint(
		api.OnAsk(func(_ api.RpcCallContext, m *box) (*box, error) { m.ID++; return m, nil }),
		api.OnSend(func(_ api.RpcCallContext, m *parcel) error { m.ID++; return nil }),
	))
	t.on(pair.client, "hand things over", func() {
		for _, m := range p.Parcels {
			sent := m
			t.must(pair.ref.Send(&sent), "send")
			b := &box{ID: m.ID, Lock: make(chan struct{})}
			got, err := api.Ask[*box](t.ctx, pair.ref, b)
			t.must(err, "ask with what cannot be encoded")
			if got != b || b.ID != m.ID+1 || sent.ID != m.ID+1 {
				t.errorf("a copy was handed over")
			}
		}
	})
}
