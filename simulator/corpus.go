// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/twinwire/twinwire/internal/tape"
)

// A corpus is the runs of a sweep that reached something first, or in fewer steps than those before. What comes of it
// depends on the runs and their order only.
type corpus struct {
	finds   map[feature]*find
	parents parents
}

// A find is what is known of a feature.
type find struct {
	runs  uint64  // that reached it
	owner *parent // the shortest of them
}

// A parent is a run that others go on from.
type parent struct {
	tape     *tape.Tape
	steps    uint64
	reached  []reached
	owns     int // features
	rareness uint64
}

// reached is a feature, and the step at which a run reached it.
type reached struct {
	feature
	step uint64
}

// maxFinds bounds how many features a search of a night keeps apart.
const maxFinds = 1 << 20

// learn takes in a run: its tape plays it.
func (k *corpus) learn(c *coverage, res Result, t *tape.Tape) {
	if k.finds == nil {
		k.finds = map[feature]*find{}
	}
	p, full := &parent{tape: t, steps: res.Steps}, len(k.finds) >= maxFinds
	for f, step := range c.features {
		old := k.finds[f]
		if old == nil {
			if full {
				continue
			}
			old = &find{}
			k.finds[f] = old
		}
		p.reached = append(p.reached, reached{f, step})
		old.runs++
		if old.owner != nil && old.owner.steps <= p.steps {
			continue
		}
		if old.owner != nil {
			old.owner.owns--
		}
		old.owner = p
		p.owns++
	}
	if p.owns > 0 {
		k.parents = append(k.parents, p)
	}
}

// worth is how much a feature of a class counts, as a power of two.
var worth = [...]int{featureState: 28, featureFault: 26, featureFollow: 24}

// rank forgets the runs that others have outdone, and returns the others: those that reached the most of what few have
// come first.
func (k *corpus) rank() parents {
	k.parents = slices.DeleteFunc(k.parents, func(p *parent) bool { return p.owns == 0 })
	for _, p := range k.parents {
		slices.SortFunc(p.reached, func(a, b reached) int {
			return cmp.Or(cmp.Compare(k.rareness(b.feature), k.rareness(a.feature)), cmp.Compare(a.class, b.class), cmp.Compare(a.id, b.id))
		})
		p.rareness = 0
		for _, f := range p.reached {
			p.rareness += k.rareness(f.feature)
		}
	}
	slices.SortStableFunc(k.parents, func(a, b *parent) int { return cmp.Compare(b.rareness, a.rareness) })
	return k.parents
}

func (k *corpus) rareness(f feature) uint64 { return 1 << worth[f.class] / k.finds[f].runs }

// maxReseeds bounds how many generations a tape may be from its seed.
const maxReseeds = 64

// parents are the runs to go on from, the best first.
type parents []*parent

// breed makes a tape that goes as far as a parent reached something rare, and then another way; or all the way, but with
// other values for a share of the streams. The number picks all of this.
func (all parents) breed(number uint64) *tape.Tape {
	draw := rand.New(rand.NewPCG(number, 1))
	p := all[low(draw, uint64(len(all)))]
	t := p.tape.Clone()
	if len(t.Reseeds) >= maxReseeds {
		t.Reseeds = nil
	}
	r := tape.Reseed{Step: p.reached[low(draw, uint64(len(p.reached)))].step + 1, Seed: number}
	switch draw.IntN(8) {
	case 0, 1:
		r.Step, r.Share = 0, tape.Shares>>(1+draw.IntN(4))
	case 2:
		r.Step = draw.Uint64N(p.steps + 1)
	}
	if r.Share == 0 {
		t.Reseeds = slices.DeleteFunc(t.Reseeds, func(old tape.Reseed) bool { return old.Step >= r.Step })
	}
	t.Reseeds = append(t.Reseeds, r)
	return t
}

// low draws from 0 to bound-1, mostly little.
func low(draw *rand.Rand, bound uint64) uint64 {
	v := draw.Uint64()
	square, _ := bits.Mul64(v, v)
	cube, _ := bits.Mul64(square, v)
	n, _ := bits.Mul64(cube, bound)
	return n
}
