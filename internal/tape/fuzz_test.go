// SPDX-License-Identifier: Apache-2.0

package tape

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

// FuzzParse: any text is refused, or a tape that prints as itself.
func FuzzParse(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		f.Add(draw(r).String())
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, err := Parse(text)
		if err != nil {
			return
		}
		got, err := Parse(want.String())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v\nfrom\n%v\ngot\n%v", err, want, got)
		}
	})
}
