// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// event is one thing that happened in a captured conversation; those without
// bytes are left aside.
type event struct {
	Conn   int      `json:"conn"`
	Dir    string   `json:"dir"`
	Hex    string   `json:"hex"`
	Frames []string `json:"frames"`
}

// everything says that a direction is never encrypted.
const everything = -1

// plainFrames is how many frames of a direction travel in the clear before a
// cipher takes over. The client's configuration tells: AuthEngine switches
// after one request and its answer, SASL encryption after two.
func plainFrames(v vector) int {
	list, _ := v.Fields["conf"].([]any)
	conf := map[string]string{}
	for i := 0; i+1 < len(list); i += 2 {
		conf[fmt.Sprint(list[i])] = fmt.Sprint(list[i+1])
	}
	switch {
	case conf["spark.network.crypto.enabled"] == "true":
		return 1
	case conf["spark.authenticate.enableSaslEncryption"] == "true":
		return 2
	}
	return everything
}

// listener decodes one direction of one connection and encodes it again.
type listener struct {
	decoder  FrameDecoder
	raw      int64 // raw bytes still to come
	clear    int   // frames before the switch, or everything
	frames   []string
	received []byte
	encoded  []byte
	skipped  int // bytes behind the switch
}

func (l *listener) hear(t *testing.T, e event) {
	t.Helper()
	l.received = append(l.received, unhex(t, e.Hex)...)
	l.decoder.Feed(unhex(t, e.Hex))
	for l.clear == everything || len(l.frames) < l.clear {
		for l.raw > 0 && l.decoder.Buffered() > 0 {
			taken := l.decoder.TakeRaw(l.raw)
			l.raw -= int64(len(taken))
			l.encoded = append(l.encoded, taken...)
		}
		payload, ok, err := l.decoder.Next()
		if err != nil {
			t.Fatalf("conn %d %s: %v", e.Conn, e.Dir, err)
		}
		if !ok {
			return
		}
		m, err := ParseMessage(payload)
		if err != nil {
			t.Fatalf("conn %d %s: %x: %v", e.Conn, e.Dir, payload, err)
		}
		l.frames = append(l.frames, m.Type().String())
		l.encoded = AppendFrame(l.encoded, m)
		l.raw = rawCount(m)
	}
	l.skipped += len(l.decoder.TakeRaw(1 << 40))
}

// TestConversations decodes every frame that real Spark processes exchanged in
// the clear and encodes it to the same bytes. Bodies are opaque here.
func TestConversations(t *testing.T) {
	total, encrypted := 0, 0
	for _, file := range []string{"conversations_rpc.json", "conversations_shuffle.json", "conversations_block_service.json"} {
		for _, v := range readVectors(t, file) {
			t.Run(v.Name+"/"+strings.Join(v.Spark, "+"), func(t *testing.T) {
				for name, l := range hearAll(t, v) {
					end := len(l.received) - l.skipped
					if !bytes.Equal(l.encoded, l.received[:end]) {
						t.Errorf("%s: encoded bytes differ", name)
					}
					if l.raw != 0 || l.decoder.Buffered() != 0 {
						t.Errorf("%s: ends inside a frame", name)
					}
					if l.clear != everything {
						encrypted++
						if l.skipped == 0 || len(l.frames) != l.clear {
							t.Errorf("%s: %d frames in the clear, then %d bytes", name, len(l.frames), l.skipped)
						}
					}
					total += len(l.frames)
				}
			})
		}
	}
	if total < 350 || encrypted == 0 {
		t.Errorf("only %d frames and %d encrypted directions", total, encrypted)
	}
}

// hearAll plays a conversation to one listener a direction, and compares the
// frames it hears with those that the capture lists.
func hearAll(t *testing.T, v vector) map[string]*listener {
	t.Helper()
	all := map[string]*listener{}
	listed := map[string][]string{}
	for _, e := range v.Events {
		if e.Hex == "" {
			continue
		}
		name := fmt.Sprintf("%d %s", e.Conn, e.Dir)
		if all[name] == nil {
			all[name] = &listener{clear: plainFrames(v)}
		}
		all[name].hear(t, e)
		for _, text := range e.Frames {
			kind, _, _ := strings.Cut(text, "(")
			listed[name] = append(listed[name], kind)
		}
	}
	for name, want := range listed {
		if !slices.Equal(all[name].frames, want) {
			t.Errorf("%s: heard %v, want %v", name, all[name].frames, want)
		}
	}
	return all
}
