// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"regexp"

	"github.com/twinwire/twinwire/internal/interop/jvm"
)

// measuredSpark is the release that the targets were set with.
const measuredSpark = "4.3.0"

var release = regexp.MustCompile(`^\d+(\.\d+)+$`)

// buildPeers makes the peers of a Spark.
func buildPeers(ctx context.Context, spark string) (*jvm.Project, error) {
	home := spark
	switch {
	case spark == "maven":
		home = ""
	case release.MatchString(spark):
		fmt.Fprintf(os.Stderr, "Spark %s from PyPI; the first time that takes a while\n", spark)
		var err error
		if home, err = jvm.PySpark(ctx, spark); err != nil {
			return nil, fmt.Errorf("%w\nname another with -spark: the folder of one that is installed, or maven", err)
		}
	}
	return jvm.Build(ctx, "jvm", home)
}
