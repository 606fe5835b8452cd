// SPDX-License-Identifier: Apache-2.0

//go:build !race

package simulator

// raceErrors is how many data races the race detector has reported, where there is one.
func raceErrors() int { return 0 }
