// SPDX-License-Identifier: Apache-2.0

package netty_test

import (
	"os"
	"testing"
)

// dialerVar tells a copy of the test binary to be the other side of a load test.
const dialerVar = "TWINWIRE_LOAD_DIALER"

func TestMain(m *testing.M) {
	if os.Getenv(dialerVar) != "" {
		os.Exit(dialer(os.Getenv(dialerVar), os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}
