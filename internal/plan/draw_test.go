// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"strings"
	"time"

	"pgregory.net/rapid"
)

// drawnPlan draws any plan there is.
func drawnPlan(t *rapid.T) Plan {
	var p Plan
	p.Seed = maybe(t, "seed", rapid.Uint64())
	p.Profile = rapid.SampledFrom(append(Profiles(), "")).Draw(t, "profile")
	p.Hosts = rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z][a-z0-9._-]{0,6}`), 0, 4, rapid.ID).Draw(t, "hosts")
	if len(p.Hosts) == 0 {
		p.Hosts = nil
	}
	hosts := append([]string{"*"}, p.Hosts...)
	if len(p.Hosts) == 0 {
		hosts = append(hosts, "driver", "exec-1", "exec-*", "*-2")
	}
	host := rapid.Custom(func(t *rapid.T) Pattern { return Pattern(rapid.SampledFrom(hosts).Draw(t, "host")) })
	p.Links = drawn(t, "link", func(t *rapid.T) Link {
		l := Link{
			From: host.Draw(t, "from"), To: host.Draw(t, "to"),
			Latency: maybe(t, "latency", drawnSpan()), Tail: maybe(t, "tail", drawnTail()), Bandwidth: maybe(t, "bandwidth", rapid.Map(drawnSize(), func(s Size) Rate { return Rate(s) })),
			Loss: maybe(t, "loss", drawnShare()), Reset: maybe(t, "reset", drawnShare()), Refuse: maybe(t, "refuse", drawnShare()),
			Flip: maybe(t, "flip", drawnShare()),
		}
		split := drawnShare().Draw(t, "split")
		l.Split = &split
		return l
	})
	p.Clocks = drawn(t, "clock", func(t *rapid.T) Clock {
		offset := time.Duration(rapid.Int64().Draw(t, "offset"))
		return Clock{Host: host.Draw(t, "host"), Offset: &offset, Drift: maybe(t, "drift", rapid.Int64Range(-maxDrift, maxDrift))}
	})
	p.Disks = drawn(t, "disk", func(t *rapid.T) Disk {
		torn := drawnShare().Draw(t, "torn")
		return Disk{
			Host: host.Draw(t, "host"), Room: maybe(t, "room", drawnSize()), Slow: maybe(t, "slow", drawnSpan()),
			LoseSync: maybe(t, "lose", drawnShare()), Torn: &torn, Flip: maybe(t, "flip", drawnShare()),
		}
	})
	p.Timed = drawn(t, "timed", func(t *rapid.T) Timed { return drawnTimed(t, host) })
	p.Occasions = drawn(t, "occasion", func(t *rapid.T) Occasion { return drawnOccasion(t, host) })
	if rapid.Bool().Draw(t, "heals") {
		p.Heal = &Heal{
			At: time.Hour + drawnTime().Draw(t, "heal"), Core: rapid.SampledFrom([]Core{All, Majority}).Draw(t, "core"),
			Within: 1 + drawnTime().Draw(t, "within"),
		}
	}
	return p
}

func drawnTimed(t *rapid.T, host *rapid.Generator[Pattern]) Timed {
	g := rapid.SampledFrom(verbs()).Draw(t, "verb")
	timed := Timed{At: drawnTime().Draw(t, "at")}
	if rapid.Bool().Draw(t, "again") {
		every := nonZeroSpan().Draw(t, "every")
		timed = Timed{Every: &every}
	}
	a := Action{Verb: g.verb}
	if g.of != noHost {
		a.Pick = rapid.SampledFrom([]Pick{Each, One, Half}).Draw(t, "pick")
		a.From = host.Draw(t, "from")
	}
	if g.of == aPair || g.of == oneWay {
		a.To = host.Filter(func(p Pattern) bool { return p != a.From || p.wild() }).Draw(t, "to")
		a.OneWay = g.of == oneWay || rapid.Bool().Draw(t, "one way")
	}
	if g.by {
		a.By = time.Duration(rapid.SampledFrom([]int64{-1, 1}).Draw(t, "sign")) * (1 + drawnTime().Draw(t, "by"))
	}
	if g.span == lasts || g.span == mayLast && rapid.Bool().Draw(t, "ends") {
		span := nonZeroSpan().Draw(t, "for")
		a.For = &span
	}
	timed.Do = a
	return timed
}

func drawnOccasion(t *rapid.T, host *rapid.Generator[Pattern]) Occasion {
	kinds := []string{"rpc:Register", "rpc:example.org/m/lease.Acquire", "block:OpenBlocks", KindDial, KindWrite, KindSegment, KindSync, KindRead}
	o := Occasion{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), First: rapid.Uint64Min(1).Draw(t, "first")}
	o.Last = rapid.Uint64Min(o.First).Draw(t, "last")
	if rapid.Bool().Draw(t, "has from") {
		o.From = host.Draw(t, "from")
	}
	if rapid.Bool().Draw(t, "has to") {
		o.To = host.Draw(t, "to")
	}
	if family, _, message := strings.Cut(o.Kind, ":"); message || family == KindWrite {
		o.Conn = rapid.Uint64Range(0, 3).Draw(t, "connection")
	}
	o.Do.What = rapid.SampledFrom(effectsOf(o.Kind)).Draw(t, "effect")
	offsets := 0
	switch o.Do.What {
	case EffectDelay:
		o.Do.Span = drawnSpan().Draw(t, "delay")
	case EffectCut:
		o.Do.Where = rapid.SampledFrom([]Where{Before, Inside, After}).Draw(t, "where")
		if o.Kind == KindWrite && o.Do.Where == Inside {
			offsets = rapid.IntRange(0, 1).Draw(t, "offsets")
		}
	case EffectSplit:
		offsets = rapid.IntRange(0, 4).Draw(t, "offsets")
	case EffectFlip:
		offsets = 1
	case EffectRefuse, EffectLose:
	}
	for n := 0; offsets > 0; offsets-- {
		n += rapid.IntRange(1, 1000).Draw(t, "offset")
		o.Do.At = append(o.Do.At, n)
	}
	return o
}

func drawn[T any](t *rapid.T, label string, f func(t *rapid.T) T) []T {
	all := rapid.SliceOfN(rapid.Custom(f), 0, 3).Draw(t, label)
	if len(all) == 0 {
		return nil
	}
	return all
}

func maybe[T any](t *rapid.T, label string, g *rapid.Generator[T]) *T {
	if !rapid.Bool().Draw(t, "has "+label) {
		return nil
	}
	v := g.Draw(t, label)
	return &v
}

func drawnTime() *rapid.Generator[time.Duration] {
	return rapid.OneOf(
		rapid.Map(rapid.Int64Range(0, int64(time.Hour)-1), func(n int64) time.Duration { return time.Duration(n) }),
		rapid.Map(rapid.Int64Range(0, 3599), func(n int64) time.Duration { return time.Duration(n) * time.Second }),
	)
}

func nonZeroSpan() *rapid.Generator[Span] {
	return rapid.Custom(func(t *rapid.T) Span {
		least, more := drawnTime().Draw(t, "least"), 1+drawnTime().Draw(t, "more")
		return rapid.SampledFrom([]Span{{Min: more}, {Min: least, Max: least + more}, {Min: least, Mean: more}, {Mean: more}}).Draw(t, "form")
	})
}

func drawnSpan() *rapid.Generator[Span] { return rapid.OneOf(rapid.Just(Span{}), nonZeroSpan()) }

func drawnShare() *rapid.Generator[Share] {
	return rapid.Map(rapid.Uint32Range(0, million), func(n uint32) Share { return Share(n) })
}

func drawnSize() *rapid.Generator[Size] {
	return rapid.OneOf(
		rapid.Map(rapid.Int64Range(0, 1<<62), func(n int64) Size { return Size(n) }),
		rapid.Map(rapid.Int64Range(0, 1<<20), func(n int64) Size { return Size(n) << 20 }),
	)
}

func drawnTail() *rapid.Generator[Tail] {
	return rapid.Custom(func(t *rapid.T) Tail {
		return Tail{Share: drawnShare().Draw(t, "share"), Max: drawnTime().Draw(t, "max")}
	})
}

// untidy writes a plan with other blanks and comments than the canonical form.
func untidy(t *rapid.T, text string) string {
	blank := rapid.SampledFrom([]string{" ", "  ", "\t", " \t "})
	var b strings.Builder
	for line := range strings.Lines(text) {
		for i, w := range strings.Fields(line) {
			if i > 0 || rapid.Bool().Draw(t, "margin") {
				b.WriteString(blank.Draw(t, "blank"))
			}
			b.WriteString(w)
		}
		b.WriteString(rapid.SampledFrom([]string{"\n", "\r\n", " // a comment\n", "\n\n", "\n// at 2s crash nobody\n"}).Draw(t, "end"))
	}
	return b.String()
}
