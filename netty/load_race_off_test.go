// SPDX-License-Identifier: Apache-2.0

//go:build !race

package netty_test

// slack is how many times more memory the race detector needs; here there is none.
const slack = 1
