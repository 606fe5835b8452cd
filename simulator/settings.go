// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/twinwire/twinwire/internal/plan"
)

// settingPrefix begins the names of what the environment asks of [Test].
const settingPrefix = "SIM_"

// settingNames are the rest of those names.
func settingNames() []string {
	return []string{"EXPLORE", "FAULTS", "JSON", "PLAN", "SEED", "SEEDS", "SHRINK", "TAPE", "TRACE", "WHY"}
}

// checkSettings looks for variables of the environment that look like settings and are none. A name that is nearly one of
// ours is a mistake; the others may be somebody else's, and are returned to be told of.
func checkSettings(environ []string) (others []string, err error) {
	var mistakes []string
	for _, v := range slices.Sorted(slices.Values(environ)) {
		variable, _, _ := strings.Cut(v, "=")
		name, ours := strings.CutPrefix(variable, settingPrefix)
		if !ours || variable == confirmEnv || slices.Contains(settingNames(), name) {
			continue
		}
		if near := plan.Nearest(name, settingNames()); near != "" {
			mistakes = append(mistakes, fmt.Sprintf("%s is no setting: did you mean %s%s?", variable, settingPrefix, near))
			continue
		}
		others = append(others, variable)
	}
	if len(mistakes) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(mistakes, "\n"))
	}
	return others, nil
}

// otherSettings says of variables that they ask nothing of a test.
func otherSettings(others []string) string {
	return fmt.Sprintf("%s: no setting of simulator.Test, which knows %s%s", strings.Join(others, ", "), settingPrefix,
		strings.Join(settingNames(), ", "+settingPrefix))
}
