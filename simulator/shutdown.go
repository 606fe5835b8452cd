// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"slices"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
)

// shutdownTask is the task on each host that shuts down what its code has made.
const shutdownTask = "shutdown"

// How long what is left may take to go away: first patience; then, if nothing of it runs again and again, lastPatience.
const (
	patience     = time.Minute
	lastPatience = time.Hour
)

// end shuts everything down once a run has passed, and returns an error when something stays that is not meant to.
func (s *stage) end(ctx context.Context) error {
	begun := s.world.Elapsed()
	for _, n := range s.upNodes() {
		n.host.Runtime().Go(shutdownTask, func() { n.shutDown(ctx) })
	}
	for pause := 10 * time.Millisecond; s.world.Elapsed()-begun < lastPatience; pause *= 4 {
		if err := api.Sleep(ctx, s.world.Runtime(), pause); err != nil {
			return err
		}
		left := s.world.Left()
		if len(left) == 0 {
			break
		}
		if s.world.Elapsed()-begun < patience {
			continue
		}
		recurs := false
		for _, l := range left {
			recurs = recurs || l.Since > begun+patience/4
		}
		if recurs {
			break
		}
	}
	left, err := s.atRest(ctx)
	if err != nil {
		return err
	}
	if leaks := s.leaks(left, begun); len(leaks) > 0 {
		return &leakError{leaks: leaks}
	}
	return nil
}

// atRest is what is left once no task is about to run: one whose timer fires at this very instant may be gone with the next.
// Some task always is where one never rests.
func (s *stage) atRest(ctx context.Context) ([]memnet.Left, error) {
	left := s.world.Left()
	for range 10 {
		if !slices.ContainsFunc(left, func(l memnet.Left) bool { return l.Ready }) {
			break
		}
		if err := api.Sleep(ctx, s.world.Runtime(), time.Microsecond); err != nil {
			return nil, err
		}
		left = s.world.Left()
	}
	return left, nil
}

// ends notes how to shut down what the code of the host has made.
func (n *memNode) ends(f func(ctx context.Context) error) {
	n.stage.mu.Lock()
	defer n.stage.mu.Unlock()
	n.made = append(n.made, f)
}

// shutDown ends the envs and services of the host, the newest first.
func (n *memNode) shutDown(ctx context.Context) {
	n.stage.mu.Lock()
	made := n.made
	n.stage.mu.Unlock()
	for _, end := range slices.Backward(made) {
		_ = end(ctx) // it ends only with the context, which does not end
	}
}
