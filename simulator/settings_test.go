// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"slices"
	"strings"
	"testing"
)

func TestCheckSettings(t *testing.T) {
	for variable, want := range map[string]string{
		"SIM_SEEED": "SIM_SEED", "SIM_SED": "SIM_SEED", "SIM_SEEDSS": "SIM_SEEDS", "SIM_sead": "SIM_SEED", "SIM_EXPLOER": "SIM_EXPLORE",
		"SIM_SHRNK": "SIM_SHRINK", "SIM_TAP": "SIM_TAPE", "SIM_FAULT": "SIM_FAULTS", "SIM_PLANS": "SIM_PLAN", "SIM_WY": "SIM_WHY", "SIM_TRACES": "SIM_TRACE",
	} {
		_, err := checkSettings([]string{"HOME=/root", variable + "=3"})
		if err == nil || err.Error() != variable+" is no setting: did you mean "+want+"?" {
			t.Errorf("%s: %v", variable, err)
		}
	}
	if _, err := checkSettings([]string{"SIM_TAP=x", "SIM_SEEED=3"}); err == nil || strings.Count(err.Error(), "did you mean") != 2 {
		t.Errorf("two mistakes: %v", err)
	}
	var fine []string
	for _, name := range settingNames() {
		fine = append(fine, settingPrefix+name+"=x")
	}
	others, err := checkSettings(append(fine, "SIMULATE=1", confirmEnv+"=1", "SIM_CARD_READER=usb", "SIM_=", "sim_seed=1"))
	if err != nil || !slices.Equal(others, []string{"SIM_", "SIM_CARD_READER"}) {
		t.Errorf("%q, %v", others, err)
	}
	if got := otherSettings(others); !strings.HasPrefix(got, "SIM_, SIM_CARD_READER: no setting of simulator.Test, which knows SIM_EXPLORE, SIM_FAULTS") {
		t.Error(got)
	}
}

// TestSettingsAreThoseThatAreRead: each setting that can be wrong is.
func TestSettingsAreThoseThatAreRead(t *testing.T) {
	asked := map[string]bool{}
	if _, err := readOptions("TestX", func(name string) (string, bool) { asked[name] = true; return "", false }); err != nil {
		t.Fatal(err)
	}
	for _, name := range settingNames() {
		if !asked[settingPrefix+name] {
			t.Errorf("%s%s is never read", settingPrefix, name)
		}
		delete(asked, settingPrefix+name)
	}
	if delete(asked, confirmEnv); len(asked) > 0 {
		t.Errorf("read, but no setting: %v", asked)
	}
}
