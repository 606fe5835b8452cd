// SPDX-License-Identifier: Apache-2.0

package tape

import (
	"errors"
	"fmt"
	"strings"
)

// Shares is how many parts the streams of a run fall into.
const Shares = 64

// Reseed draws all choices from another seed from a moment on, whatever the tape lists: the run goes as before, and then
// another way. Of several that apply the last counts.
type Reseed struct {
	Step uint64 // how often tasks have run before it
	Seed uint64
	// Share is for how many of [Shares] streams it counts, which the seed picks. 0: for all.
	Share uint64
}

// Covers reports whether it counts for the stream of that ID.
func (r Reseed) Covers(id uint64) bool {
	return r.Share == 0 || ((r.Seed^id)*0x9e3779b97f4a7c15)>>32%Shares < r.Share
}

// String returns the form that stands on a tape after the word reseed, such as "120 77" or "120 77 32/64".
func (r Reseed) String() string {
	if r.Share == 0 {
		return fmt.Sprintf("%d %d", r.Step, r.Seed)
	}
	return fmt.Sprintf("%d %d %d/%d", r.Step, r.Seed, r.Share, Shares)
}

func parseReseed(text string) (r Reseed, err error) {
	wrong := fmt.Errorf("reseed %q: want a step and a seed, such as 120 77, and perhaps a share, such as 32/64", text)
	f := strings.Fields(text)
	if len(f) < 2 || len(f) > 3 {
		return r, wrong
	}
	var err1, err2 error
	r.Step, err1 = number(f[0], 10)
	r.Seed, err2 = number(f[1], 10)
	if errors.Join(err1, err2) != nil {
		return r, wrong
	}
	if len(f) == 3 {
		share, whole, _ := strings.Cut(f[2], "/")
		if r.Share, err = number(share, 10); err != nil || whole != fmt.Sprint(Shares) || r.Share == 0 || r.Share > Shares {
			return r, wrong
		}
	}
	return r, nil
}
