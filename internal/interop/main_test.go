// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/twinwire/twinwire/internal/interop/jvm"
)

// spark is the built JVM peers.
var spark *jvm.Project

// TestMain builds the JVM peers, of the Spark that SPARK_HOME names if it does. Without a JDK and Maven there is nothing to test, which is a failure, not a pass.
func TestMain(m *testing.M) {
	var err error
	if spark, err = jvm.Build(context.Background(), "jvm", os.Getenv("SPARK_HOME")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
