// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// corkLog is a connection that keeps what is written to it, and between brackets what it is told to send in full packets.
type corkLog struct {
	*writeLog
	between func()
}

func (l *corkLog) Cork(on bool) {
	if on {
		l.data.WriteString("[")
	} else {
		l.data.WriteString("]")
	}
}

func (l *corkLog) Write(b []byte) (int, error) {
	n, err := l.writeLog.Write(b)
	if next := l.between; next != nil {
		l.between = nil
		next()
	}
	return n, err
}

// TestSeveralStepsFillPackets: steps that are written one after another leave in full packets, with those that come
// meanwhile, and the last of them at once. One by itself needs none of that.
func TestSeveralStepsFillPackets(t *testing.T) {
	log := &corkLog{writeLog: &writeLog{}}
	w := transport.NewWriter(netty.NewRuntime(), log, func(err error) { t.Error(err) })
	add := func(heads ...string) {
		for _, head := range heads {
			w.Add(head, api.NewBytesBuffer([]byte(strings.ToUpper(head))))
		}
	}
	add("a")
	w.Flush()
	add("b", "c")
	log.between = func() { add("d") }
	w.Flush()
	add("e")
	w.Flush()
	if got, want := log.data.String(), "aA[bBcCdD]eE"; got != want {
		t.Errorf("wrote %s, want %s", got, want)
	}
}
