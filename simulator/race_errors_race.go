// SPDX-License-Identifier: Apache-2.0

//go:build race

package simulator

import "runtime"

// raceErrors is how many data races the race detector has reported.
func raceErrors() int { return runtime.RaceErrors() }
