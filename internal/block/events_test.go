// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// TestEvents: connections, failed attempts and repeated fetches.
func TestEvents(t *testing.T) {
	var mu sync.Mutex
	var lines []string
	listener := func(name string) *api.EventListener {
		add := func(format string, args ...any) {
			mu.Lock()
			lines = append(lines, name+" "+fmt.Sprintf(format, args...))
			mu.Unlock()
		}
		return &api.EventListener{
			ConnectionOpened: func(e api.ConnectionOpened) { add("opened %v", e.Dialed) },
			ConnectionClosed: func(e api.ConnectionClosed) { add("closed %v %v", e.Dialed, e.Cause) },
			ConnectFailed:    func(e api.ConnectFailed) { add("connect failed %v", errors.Is(e.Cause, api.ErrConnectionClosed)) },
			FetchRetried:     func(e api.FetchRetried) { add("retry %d after %v", e.Retry, e.After) },
		}
	}
	t.Run("services", func(t *testing.T) { // whose services are closed behind it
		server := newService(t, netty.BlockConfig{Listener: listener("server")}, &store{blocks: map[string]api.ManagedBuffer{"b": api.NewBytesBuffer([]byte("x"))}})
		client := newService(t, netty.BlockConfig{Listener: listener("client"), MaxRetries: 1, RetryWait: time.Millisecond}, &store{})
		if got := api.FetchBlocks(t.Context(), client, server.Address(), "e", []string{"b"}); got[0].Err != nil {
			t.Error(got[0].Err)
		}
		if got := api.FetchBlocks(t.Context(), client, api.NewRpcAddress("127.0.0.1", 1), "e", []string{"b"}); !errors.Is(got[0].Err, api.ErrConnectionClosed) {
			t.Error(got[0].Err)
		}
	})
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(lines)
	want := []string{
		"client closed true <nil>", "client connect failed true", "client connect failed true", "client opened true", "client retry 1 after 1ms",
		"server closed false <nil>", "server opened false",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("%q", lines)
	}
}
