// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/twinwire/twinwire/api"
)

// ServerBootstrap wraps the application's handler for one accepted connection before anything of it is served: with a
// handshake, for example, that serves nothing else until it has succeeded.
type ServerBootstrap interface {
	Bootstrap(c *Client, application RpcHandler) RpcHandler
}

// Server accepts connections, as Spark's TransportServer.
type Server struct {
	*shared
	listener   net.Listener
	handler    RpcHandler
	bootstraps []ServerBootstrap

	mu        api.Mutex
	open      map[*Client]uint64
	count     uint64
	closed    bool
	accepting bool
	waiting   []api.Waiter // of Close
	room      api.Waiter   // of the accepting task, when there may be as many as may be
}

// NewServer listens at bind, or at a port after it if that is taken, and serves h on every connection until Close.
func NewServer(ctx context.Context, rt api.Runtime, network api.Network, bind string, cfg Config, h RpcHandler, bootstraps ...ServerBootstrap) (*Server, error) {
	l, err := listen(ctx, network, bind, cfg.PortRetries)
	if err != nil {
		return nil, err
	}
	s := &Server{
		shared: newShared(rt, cfg), listener: l, handler: h, bootstraps: bootstraps,
		mu: rt.NewMutex(), open: map[*Client]uint64{}, accepting: true,
	}
	if cfg.MaxConnections > 0 {
		s.room = rt.NewWaiter()
	}
	rt.Go("accept "+l.Addr().String(), s.accept)
	return s, nil
}

// Addr is where the server listens, host:port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Open is how many accepted connections have not ended.
func (s *Server) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// accept is the accepting task. What is not the listener's end (too many open files, for example) is waited out.
func (s *Server) accept() {
	pause := 5 * time.Millisecond
	for {
		s.awaitRoom()
		conn, err := s.listener.Accept()
		if err == nil {
			pause = 5 * time.Millisecond
			s.serve(conn)
			continue
		}
		if s.isClosed() || errors.Is(err, net.ErrClosed) {
			break
		}
		pause = min(2*pause, time.Second)
		_ = api.Sleep(nil, s.rt, pause) //nolint:staticcheck // a nil context never ends a wait
	}
	s.mu.Lock()
	s.accepting = false
	wake := s.waiting
	s.waiting = nil
	s.mu.Unlock()
	for _, w := range wake {
		w.Wake()
	}
}

// awaitRoom waits while there are as many connections as may be, unless the server is closed.
func (s *Server) awaitRoom() {
	if s.room == nil {
		return
	}
	for {
		s.mu.Lock()
		full := len(s.open) >= s.cfg.MaxConnections && !s.closed
		s.mu.Unlock()
		if !full {
			return
		}
		_ = s.room.Wait(nil) //nolint:staticcheck // a nil context never ends a wait
	}
}

// madeRoom tells the accepting task that it may have to look again.
func (s *Server) madeRoom() {
	if s.room != nil {
		s.room.Wake()
	}
}

// Each hands every open connection to f, in the order in which they came.
func (s *Server) Each(f func(*Client)) {
	s.mu.Lock()
	clients := sortedClients(s.open)
	s.mu.Unlock()
	for _, c := range clients {
		f(c)
	}
}

func (s *Server) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *Server) serve(conn net.Conn) {
	c := newClient(s.shared, conn, conn.RemoteAddr().String())
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		conn.Close() // not used
		return
	}
	s.count++
	s.open[c] = s.count
	s.mu.Unlock()
	c.awaitEnd(func() {
		s.mu.Lock()
		delete(s.open, c)
		s.mu.Unlock()
		s.madeRoom()
	})
	h := s.handler
	for _, b := range s.bootstraps {
		h = b.Bootstrap(c, h)
	}
	c.start(h)
}

// Close ends the listener and every connection, and waits for that until ctx is done.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	clients := sortedClients(s.open)
	s.mu.Unlock()
	s.listener.Close() // there is nothing to do about it
	s.madeRoom()
	if err := closeAll(ctx, s.rt, clients); err != nil {
		return err
	}
	me := s.rt.NewWaiter()
	for {
		s.mu.Lock()
		accepting := s.accepting
		if accepting {
			s.waiting = append(s.waiting, me)
		}
		s.mu.Unlock()
		if !accepting {
			return nil
		}
		if err := me.Wait(ctx); err != nil {
			return err
		}
	}
}
