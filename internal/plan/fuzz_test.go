// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzParse: any text is a plan that prints as itself, or has mistakes that stand within it and can be shown.
func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/malformed.txt")
	if err != nil {
		f.Fatal(err)
	}
	for c := range strings.SplitSeq(string(data), "\n\n") {
		statement, _, _ := strings.Cut(c, "\n")
		f.Add(malformedHead + strings.ReplaceAll(statement, `\n`, "\n"))
	}
	f.Add("plan 1\nseed 7\nprofile wan\nhosts a, b\nlink a <-> b latency=exp(50ms) loss=1%\nat 2s crash a for 1s torn\non 3rd rpc:Next a -> b delay 1s\nheal 9s\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse("fuzz", text)
		if err == nil {
			again, err := Parse("again", p.String())
			if diff := cmp.Diff(p, again); err != nil || diff != "" {
				t.Fatalf("%s\n%v\n%s", p, err, diff)
			}
			return
		}
		lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
		mistakes, _ := errors.AsType[Mistakes](err)
		for _, m := range mistakes {
			if m.Line < 1 || m.Line > len(lines) || m.Col < 1 || m.Col > len([]rune(lines[m.Line-1]))+1 || m.Text == "" {
				t.Errorf("%+v", m)
			}
		}
		if len(mistakes) == 0 || mistakes.Error() == "" {
			t.Errorf("no mistakes in %v", err)
		}
	})
}
