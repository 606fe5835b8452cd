// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"

	"github.com/twinwire/twinwire/internal/bench/peer"
)

// openCommand has a crowd open more connections.
const openCommand = "open %d"

// gather is the client process of an idle cell: it opens connections, has one message echoed on each, and keeps them
// until its input ends.
func gather(t task) error {
	p, err := peer.Find(t.Peer)
	if err != nil {
		return err
	}
	raiseFileLimit()
	data := make([]byte, t.Payload)
	var open []peer.Caller
	err = commands(func(line string) error {
		var n int
		if _, err := fmt.Sscanf(line, openCommand, &n); err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
		for range n {
			c, err := p.Dial(t.Addr)
			if err != nil {
				return fmt.Errorf("connection %d: %w", len(open), err)
			}
			open = append(open, c)
			if err := c.Call(int64(len(open)), data); err != nil {
				return fmt.Errorf("connection %d: %w", len(open), err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	os.Exit(0) // the system closes thousands of connections faster than we would
	return nil
}
