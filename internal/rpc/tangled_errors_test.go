// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// ring wraps itself, or another that wraps it.
type ring struct{ next *ring }

func (*ring) Error() string { return "ring" }
func (r *ring) Unwrap() error {
	if r.next == nil {
		return r
	}
	return r.next
}

// twin wraps the same error twice; none: itself.
type twin struct{ of error }

func (*twin) Error() string { return "twin" }
func (t *twin) Unwrap() []error {
	if t.of == nil {
		return []error{t, t}
	}
	return []error{t.of, t.of}
}

// shell wraps another.
type shell struct {
	N  int
	in error
}

func (*shell) Error() string   { return "shell" }
func (s *shell) Unwrap() error { return s.in }

// knot has itself in its fields.
type knot struct{ A, B any }

func (*knot) Error() string { return "knot" }

// tangle is an error that no walk along what it wraps comes to the end of, or not soon.
func tangle(what string) error {
	switch what {
	case "itself":
		return &ring{}
	case "a ring":
		a, b := &ring{}, &ring{}
		a.next, b.next = b, a
		return fmt.Errorf("%w: %w", errShut, a)
	case "two of itself":
		return errors.Join(errShut, &twin{})
	case "doubled":
		err := errShut
		for range 60 {
			err = &twin{err}
		}
		return errors.Join(errShut, err)
	case "wide":
		all := make([]error, 10_000)
		for i := range all {
			all[i] = fmt.Errorf("number %d", i)
		}
		return errors.Join(append(append([]error{errShut}, all...), api.ErrOutboxFull)...)
	case "deep":
		err := errShut
		for i := range 10_000 {
			err = &shell{i, err}
		}
		return errors.Join(errShut, err)
	}
	k := &knot{} // in its fields
	k.A, k.B = k, k
	return fmt.Errorf("%w: %w", errShut, k)
}

// tangled fails with such an error.
func tangled(_ api.RpcCallContext, m provoke) (int, error) { return 0, tangle(m.What) }

// tangledText is a message whose decoding fails with such an error.
type tangledText struct{ What string }

func (m tangledText) AppendBinary(dst []byte) ([]byte, error) { return append(dst, m.What...), nil }
func (m *tangledText) UnmarshalBinary(p []byte) error         { return tangle(string(p)) }

// TestTangledErrors: an error that wraps itself, or so much that to look at all of it takes for ever, ends its ask, and
// holds up nothing else.
func TestTangledErrors(t *testing.T) {
	cfg := api.RpcEnvConfig{AskTimeout: time.Minute, MessageTypes: []any{tangledText{}}}
	inWorlds(t, func(p *place) {
		server := p.server("server", cfg)
		ref := p.from(p.client("client", cfg), p.endpoint(server, "far", echo(api.OnAsk(tangled), api.OnAsk(func(api.RpcCallContext, tangledText) (int, error) { return 0, nil }))))
		for _, what := range []string{"itself", "a ring", "two of itself", "doubled", "wide", "deep", "in its fields"} {
			err := ref.Ask(p.ctx, provoke{what}, nil)
			if _, ok := errors.AsType[*api.RemoteError](err); !ok {
				p.Errorf("%s: %v", what, err)
			}
			if what != "itself" {
				p.wantErr(what, err, errShut)
			}
			if known := errors.Is(err, api.ErrOutboxFull); known != (what == "wide") {
				p.Errorf("%s: behind everything else: %v", what, known)
			}
			if err := ref.Ask(p.ctx, tangledText{what}, nil); !errors.Is(err, api.ErrSerialization) {
				p.Errorf("%s, while decoding: %v", what, err)
			}
			p.mustAsk(ref, "are you", "are you")
		}
	})
}
