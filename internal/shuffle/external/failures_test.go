// SPDX-License-Identifier: Apache-2.0

package external_test

import (
	"io"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle/external"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// TestFailuresAreTold: whatever goes wrong between a service and its clients, who runs it hears of each, once: the
// clients may be gone, and know nothing of its disk. That clients leave is no failure.
func TestFailuresAreTold(t *testing.T) {
	var tell func(cause error)
	cfg := external.Config{MaxRequest: 1000, Listener: external.Listener{Failed: func(_ string, cause error) { tell(cause) }}}
	inWorlds(t, cfg, func(t *stage) {
		heard := api.NewQueue[string](t.rt, 100)
		tell = func(cause error) {
			if err := heard.Put(t.ctx, cause.Error()); err != nil {
				t.Error(err)
			}
		}
		t.write(0, "first", "second", "third")
		h, err := t.stream(blockwire.FetchShuffleBlocks{AppID: appID, ExecID: execID, MapIDs: []int64{0}, ReduceIDs: [][]int32{{0, 1, 2}}})
		if err != nil {
			t.Fatal(err)
		}
		chunk := func(i int32) { _, _ = t.chunk(t.client, h.StreamID, i) } // the listener tells the same
		chunk(0)
		t.put("shuffle_0_0_0.data", "first")
		chunk(1) // its place was known before
		chunk(3)
		if _, err := t.askBytes(make([]byte, 2000)); err == nil {
			t.Error("a request of 2000 bytes is answered")
		}
		for _, sent := range []string{"", "\x00\x00\x00\x00\x00\x00", "GET / HTTP/1.1\r\n"} {
			t.say(sent)
		}
		wanted := []string{"…the file has 5 bytes: unexpected EOF", "…out-of-order chunk index 3 (expected 2)", "…frame of a message: 2013 bytes exceed the limit of 1000 (MaxRequest of the service)", "…Too large frame"}
		var got []string
		for range wanted {
			text, err := heard.Get(t.ctx)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, text)
		}
		t.want(got, wanted...)
		if n := t.service.Stats().Failures; n != uint64(len(wanted)) {
			t.Errorf("%d failures, want %d", n, len(wanted))
		}
	})
}

// say sends bytes over a connection of their own, ends it and waits until the service has.
func (t *stage) say(text string) {
	t.Helper()
	c, err := t.network.Dial(t.ctx, t.service.Address().HostPort())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	c.(interface{ CloseWrite() error }).CloseWrite()
	if _, err := io.ReadAll(c); err != nil {
		t.Fatal(err)
	}
}

// TestAuthenticatingClients are told what is wrong: they cannot know that nobody here does.
func TestAuthenticatingClients(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		for first, number := range map[byte]string{0xEA: "-22", 0xFB: "-5"} {
			want := "IllegalArgumentException: Unknown message type: " + number + ": the application authenticates (spark.authenticate)"
			if _, err := t.askBytes([]byte{first, 0, 0, 0, 3, 'a', 'p', 'p', 0, 0, 0, 0}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %s", err, want)
			}
		}
		if _, err := t.askBytes([]byte{200}); err == nil || strings.Contains(err.Error(), "authenticates") {
			t.Errorf("of another message: %v", err)
		}
	})
}
