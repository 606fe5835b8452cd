// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/api"
)

func (s *stage) bound(p place, port int) api.BlockTransferService {
	s.Helper()
	host, _, err := net.SplitHostPort(p.bind)
	if err != nil {
		s.Fatal(err)
	}
	return s.service(p, api.BlockTransferConfig{Bind: net.JoinHostPort(host, strconv.Itoa(port))}, noBlocks{})
}

func TestNBT01CanBindToARandomPort(t *testing.T) {
	inWorlds(t, func(s *stage) {
		if port := s.bound(s.near, 0).Address().Port; port == 0 {
			s.Error("port 0")
		}
	})
}

func TestNBT02CanBindToTwoRandomPorts(t *testing.T) {
	inWorlds(t, func(s *stage) {
		if a, b := s.bound(s.near, 0).Address(), s.bound(s.near, 0).Address(); a == b {
			s.Error(a, b)
		}
	})
}

// within checks that a service bound port or one of the 100 after it.
func (s *stage) within(svc api.BlockTransferService, port int) int {
	s.Helper()
	got := svc.Address().Port
	if got < port || got > port+100 {
		s.Errorf("bound %d, want one of %d to %d", got, port, port+100)
	}
	return got
}

const specificPort = 17634

func TestNBT03CanBindToASpecificPort(t *testing.T) {
	inWorlds(t, func(s *stage) { s.within(s.bound(s.near, specificPort), specificPort) })
}

func TestNBT04CanBindToASpecificPortTwiceAndTheSecondIncrements(t *testing.T) {
	inWorlds(t, func(s *stage) {
		first := s.within(s.bound(s.near, specificPort), specificPort)
		s.within(s.bound(s.near, first), first+1)
	})
}

// dialCount counts connection attempts.
type dialCount struct {
	api.Network
	n *atomic.Int64
}

func (d dialCount) Dial(ctx context.Context, addr string) (net.Conn, error) {
	d.n.Add(1)
	return d.Network.Dial(ctx, addr)
}

func TestNBT05FetchWithExecutorDead(t *testing.T) {
	inWorlds(t, func(s *stage) {
		gone := s.service(s.far, api.BlockTransferConfig{}, noBlocks{})
		if err := gone.Close(s.ctx); err != nil {
			s.Fatal(err)
		}
		for _, c := range []struct {
			alive    bool
			err      error
			dead     bool
			attempts int64
		}{
			{alive: false, dead: true, attempts: 1},
			{alive: true, attempts: 3},
			{err: errors.New("the driver does not answer"), attempts: 3},
		} {
			var dials atomic.Int64
			var asked atomic.Value
			svc := s.service(s.near, api.BlockTransferConfig{
				Network: dialCount{s.near.network, &dials}, MaxRetries: 2, RetryWait: 1,
				ExecutorAlive: func(_ context.Context, execID string) (bool, error) { asked.Store(execID); return c.alive, c.err },
			}, noBlocks{})
			for _, got := range api.FetchBlocks(s.ctx, svc, gone.Address(), "exec-7", []string{"rdd_1_1", "rdd_1_2"}) {
				if errors.Is(got.Err, api.ErrExecutorDead) != c.dead || !errors.Is(got.Err, api.ErrConnectionClosed) {
					s.Error(got.Err)
				}
			}
			if dials.Load() != c.attempts || asked.Load() != "exec-7" {
				s.Errorf("%d attempts, asked for %v; want %d", dials.Load(), asked.Load(), c.attempts)
			}
		}
	})
}

// unreadable is a block whose bytes cannot be had.
type unreadable struct{ released atomic.Bool }

var errUnreadable = errors.New("unreadable")

func (*unreadable) Size() int64                  { return 1 }
func (*unreadable) Bytes() ([]byte, error)       { return nil, errUnreadable }
func (*unreadable) Open() (io.ReadCloser, error) { return nil, errUnreadable }
func (*unreadable) Retain()                      {}
func (u *unreadable) Release()                   { u.released.Store(true) }

// oneBlock is a service that fetches one buffer.
type oneBlock struct {
	api.BlockTransferService
	rt   api.Runtime
	data api.ManagedBuffer
}

func (o oneBlock) Runtime() api.Runtime { return o.rt }

func (o oneBlock) FetchBlocks(_ context.Context, _ api.RpcAddress, _ string, ids []string, l api.BlockFetchingListener) {
	o.rt.Go("deliver", func() { l.OnBlockFetchSuccess(ids[0], o.data) })
}

// Spark copies what it got, which may fail; FetchBlocks keeps it, so that who reads it is told.
func TestBTS01FetchBlockSyncShouldNotHangWhenOnBlockFetchSuccessFails(t *testing.T) {
	inWorlds(t, func(s *stage) {
		got := api.FetchBlocks(s.ctx, oneBlock{rt: s.rt, data: &unreadable{}}, api.RpcAddress{}, "1", []string{"rdd_1_1"})
		if got[0].Err != nil {
			s.Fatal(got[0].Err)
		}
		if _, err := got[0].Data.Bytes(); !errors.Is(err, errUnreadable) {
			s.Error(err)
		}
	})
}
