// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"sync"
)

var errGoexit = errors.New("a task or the scenario ended its goroutine, as t.FailNow and runtime.Goexit do")

// runSafely is Run, and a Goexit in a task or in the scenario ends the run only.
func runSafely(cfg RunConfig, scenario func() Scenario) Result {
	return contained(cfg, func() Result { return Run(cfg, scenario) })
}

// safely makes one run, and a Goexit in it ends the run only.
func safely(cfg RunConfig, scenario func() Scenario) Result {
	return contained(cfg, func() Result { return runOnce(cfg, scenario()) })
}

// contained calls f on a goroutine of its own.
func contained(cfg RunConfig, f func() Result) Result {
	res := Result{Seed: cfg.Seed, Verdict: Failed, Err: errGoexit, Signature: "goexit", Replay: cfg.Replay}
	var wg sync.WaitGroup
	wg.Go(func() { res = f() })
	wg.Wait()
	return res
}
