// SPDX-License-Identifier: Apache-2.0

//go:build !race

package memnet

// raceBuild says whether the race detector watches.
const raceBuild = false
