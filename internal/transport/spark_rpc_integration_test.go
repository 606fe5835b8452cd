// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// served is an application and a client of it.
func (s *stage) served() (*app, *transport.Client) {
	s.Helper()
	a := &app{}
	return a, s.client(transport.Config{}, s.server(transport.Config{}, a).Addr())
}

// outcomes sends the requests at once and returns what became of each.
func (s *stage) outcomes(c *transport.Client, bodies ...string) []end {
	s.Helper()
	var all []*outcome
	for _, body := range bodies {
		o := s.outcome()
		if _, err := c.SendRpc(s.ctx, []byte(body), rpcOutcome{o}); err != nil {
			s.Error(err)
		}
		all = append(all, o)
	}
	var ends []end
	for _, o := range all {
		ends = append(ends, o.next())
	}
	return ends
}

func saysRemotely(err error, text string) bool {
	return isRemoteFailure(err) && strings.Contains(err.Error(), text)
}

func TestRPI01SingleRPC(t *testing.T) {
	inWorlds(t, func(s *stage) {
		_, c := s.served()
		if e := s.outcomes(c, "hello/Aaron"); e[0].body != "Hello, Aaron!" || e[0].err != nil {
			s.Error(e)
		}
	})
}

func TestRPI02DoubleRPC(t *testing.T) {
	inWorlds(t, func(s *stage) {
		_, c := s.served()
		if e := s.outcomes(c, "hello/Aaron", "hello/Reynold"); e[0].body != "Hello, Aaron!" || e[1].body != "Hello, Reynold!" {
			s.Error(e)
		}
	})
}

func TestRPI03ReturnErrorRPC(t *testing.T) {
	inWorlds(t, func(s *stage) {
		_, c := s.served()
		if e := s.outcomes(c, "return error/OK"); !saysRemotely(e[0].err, "Returned: OK") {
			s.Error(e)
		}
	})
}

func TestRPI04ThrowErrorRPC(t *testing.T) {
	inWorlds(t, func(s *stage) {
		_, c := s.served()
		if e := s.outcomes(c, "throw error/uh-oh"); !saysRemotely(e[0].err, "Thrown: uh-oh") {
			s.Error(e)
		}
	})
}

func TestRPI05DoubleTrouble(t *testing.T) {
	inWorlds(t, func(s *stage) {
		_, c := s.served()
		e := s.outcomes(c, "return error/OK", "throw error/uh-oh")
		if !saysRemotely(e[0].err, "Returned: OK") || !saysRemotely(e[1].err, "Thrown: uh-oh") {
			s.Error(e)
		}
	})
}

func TestRPI06SendSuccessAndFailure(t *testing.T) {
	inWorlds(t, func(s *stage) {
		_, c := s.served()
		e := s.outcomes(c, "hello/Bob", "throw error/the", "hello/Builder", "return error/!")
		if e[0].body != "Hello, Bob!" || e[2].body != "Hello, Builder!" || !saysRemotely(e[1].err, "Thrown: the") || !saysRemotely(e[3].err, "Returned: !") {
			s.Error(e)
		}
	})
}

func TestRPI07SendOneWayMessage(t *testing.T) {
	inWorlds(t, func(s *stage) {
		a, c := s.served()
		if err := c.Send(s.ctx, []byte("no reply")); err != nil {
			s.Error(err)
		}
		s.waits(c, 0)
		s.outcomes(c, "hello/after")
		if strings.Join(a.oneWay, ",") != "no reply" {
			s.Error(a.oneWay)
		}
	})
}

func TestRPI08SendRpcWithStreamOneAtATime(t *testing.T) {
	inWorlds(t, func(s *stage) {
		a, c := s.served()
		for kind, data := range s.buffers() {
			if got, err := s.upload(c, kind, data); got != "" || err != nil || a.upload(kind) != contents()[kind] {
				s.Errorf("%s: %d bytes of %d, %v", kind, len(a.upload(kind)), len(contents()[kind]), err)
			}
		}
	})
}

func TestRPI09SendRpcWithStreamConcurrently(t *testing.T) {
	inWorlds(t, func(s *stage) {
		a, c := s.served()
		buffers := s.buffers()
		var all []*outcome
		for i := range 10 {
			kind := kinds[i%len(kinds)]
			buffers[kind].Retain()
			o := s.outcome()
			all = append(all, o)
			if _, err := c.UploadStream(s.ctx, []byte(fmt.Sprint(kind, i)), buffers[kind], rpcOutcome{o}); err != nil {
				s.Error(err)
			}
		}
		for i, o := range all {
			kind := kinds[i%len(kinds)]
			if e := o.next(); e.err != nil || a.upload(fmt.Sprint(kind, i)) != contents()[kind] {
				s.Error(i, kind, e)
			}
		}
	})
}

func TestRPI10SendRpcWithStreamFailures(t *testing.T) {
	inWorlds(t, func(s *stage) {
		a := &app{}
		server := s.server(transport.Config{}, a)
		large := func() api.ManagedBuffer { return api.NewBytesBuffer(pattern(6 << 20)) } // more than the buffers on the way hold
		// What the receiver says reaches the sender, although the connection ends and most of the upload is never read.
		for meta, want := range map[string]string{
			"fail-data": "Destination failed while reading stream",
			"null":      "java.lang.NullPointerException: rpcHandler returned a null streamHandler",
			"refused":   "not this one",
		} {
			c := s.client(transport.Config{}, server.Addr())
			if _, err := s.upload(c, meta, large()); !saysRemotely(err, want) {
				s.Errorf("%s: %v", meta, err)
			}
			s.until("the connection's end", func() bool { return !c.IsActive() })
			if _, err := s.upload(c, "next", large()); !isClosed(err) {
				s.Errorf("after %s: %v", meta, err)
			}
		}
		c := s.client(transport.Config{}, server.Addr())
		if _, err := s.upload(c, "fail-complete", large()); !saysRemotely(err, "Failure post-processing complete stream; failing this rpc and leaving channel active: ") {
			s.Error("fail-complete:", err)
		}
		if _, err := s.upload(c, "next", large()); err != nil || len(a.upload("next")) != 6<<20 {
			s.Error("on the same connection:", err)
		}
	})
}
