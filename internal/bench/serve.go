// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/twinwire/twinwire/internal/bench/blockpeer"
	"github.com/twinwire/twinwire/internal/bench/peer"
)

// collect is the command that has a server give back what memory it can.
const collect = "collect"

// serve is the server process: it says where it listens and serves until its input ends.
func serve(t task) error {
	raiseFileLimit()
	s, err := listen(t)
	if err != nil {
		return err
	}
	stop, err := profiling(t.Profile)
	if err != nil {
		return err
	}
	fmt.Println(s.Addr())
	err = commands(func(line string) error {
		if line != collect {
			return fmt.Errorf("%s: unknown", line)
		}
		debug.FreeOSMemory() // collects first
		debug.FreeOSMemory() // what the first made free, finalizers included
		return nil
	})
	return errors.Join(err, stop(), s.Close())
}

// running is a server of either kind of peer.
type running interface {
	Addr() string
	io.Closer
}

func listen(t task) (running, error) {
	if t.Kind.ofBlocks() {
		p, err := blockpeer.Find(t.Peer)
		if err != nil {
			return nil, err
		}
		return p.Serve(blockpeer.Have{Path: t.File, Block: int64(t.Payload), Congestion: t.Congestion})
	}
	p, err := peer.Find(t.Peer)
	if err != nil {
		return nil, err
	}
	return p.Serve()
}
