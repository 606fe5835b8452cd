// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/plan"
)

func ExampleParse() {
	p, err := plan.Parse("lease.plan", "plan 1\nat 2s  partition driver | exec-* for 3s\non rpc:Register #1-2 delay 200ms\n")
	fmt.Print(p)
	if err != nil {
		fmt.Println(err)
	}
	_, err = plan.Parse("lease.plan", "plan 1\nat 2s partitoin driver | exec-* for 3s\n")
	fmt.Println(err)
	// Output:
	// plan 1
	// at 2s partition driver | exec-* for 3s
	// on rpc:Register #1-2 delay 200ms
	// lease.plan:2:7: unknown fault "partitoin"; did you mean "partition"?
	//   at 2s partitoin driver | exec-* for 3s
	//         ^^^^^^^^^
}
