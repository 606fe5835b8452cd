// SPDX-License-Identifier: Apache-2.0

package tape

import (
	"fmt"
	"strings"
	"time"
)

// Shares is how many parts the streams of a run fall into.
const Shares = 64

// Reseed draws the choices that the tape does not list from another seed, from a moment on: the run goes as before, and
// then another way. Of several that apply the last counts.
type Reseed struct {
	At   time.Duration // virtual time
	Seed uint64
	// Share is for how many of [Shares] streams it counts, which the seed picks. 0: for all.
	Share uint64
}

// Covers reports whether it counts for the stream of that ID.
func (r Reseed) Covers(id uint64) bool {
	return r.Share == 0 || ((r.Seed^id)*0x9e3779b97f4a7c15)>>32%Shares < r.Share
}

// String returns the form that stands on a tape after the word reseed, such as "1.5s 77" or "1.5s 77 32/64".
func (r Reseed) String() string {
	if r.Share == 0 {
		return fmt.Sprintf("%v %d", r.At, r.Seed)
	}
	return fmt.Sprintf("%v %d %d/%d", r.At, r.Seed, r.Share, Shares)
}

func parseReseed(text string) (r Reseed, err error) {
	wrong := fmt.Errorf("reseed %q: want a time and a seed, such as 1.5s 77, and perhaps a share, such as 32/64", text)
	f := strings.Fields(text)
	if len(f) < 2 || len(f) > 3 {
		return r, wrong
	}
	if r.At, err = time.ParseDuration(f[0]); err != nil || r.At < 0 {
		return r, wrong
	}
	if r.Seed, err = number(f[1], 10); err != nil {
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
