// SPDX-License-Identifier: Apache-2.0

// Package endtest is for tests that stop something which might hang: the hang becomes a failure that shows where every
// goroutine stands.
package endtest
