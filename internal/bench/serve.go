// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/twinwire/twinwire/internal/bench/peer"
)

// collect is the command that has a server give back what memory it can.
const collect = "collect"

// serve is the server process: it says where it listens and serves until its input ends.
func serve(t task) error {
	p, err := peer.Find(t.Peer)
	if err != nil {
		return err
	}
	raiseFileLimit()
	s, err := p.Serve()
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
