// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"strconv"
	"strings"
)

// String prints the plan in its canonical form, which ends with a line feed.
func (p Plan) String() string {
	var b strings.Builder
	line := func(words ...string) {
		kept := words[:0]
		for _, w := range words {
			if w != "" {
				kept = append(kept, w)
			}
		}
		b.WriteString(strings.Join(kept, " ") + "\n")
	}
	line("plan", strconv.Itoa(Version))
	if p.Seed != nil {
		line("seed", strconv.FormatUint(*p.Seed, 10))
	}
	if p.Profile != "" {
		line("profile", p.Profile)
	}
	if len(p.Hosts) > 0 {
		line("hosts", strings.Join(p.Hosts, ", "))
	}
	for _, l := range p.Links {
		line("link", string(l.From), "->", string(l.To), text("latency", l.Latency), text("tail", l.Tail), text("bandwidth", l.Bandwidth),
			text("loss", l.Loss), text("split", l.Split), text("reset", l.Reset), text("refuse", l.Refuse), text("flip", l.Flip))
	}
	for _, c := range p.Clocks {
		line("clock", string(c.Host), c.offset(), c.drift())
	}
	for _, d := range p.Disks {
		line("disk", string(d.Host), text("room", d.Room), text("slow", d.Slow), text("lose-sync", d.LoseSync),
			text("torn", d.Torn), text("flip", d.Flip))
	}
	for _, t := range p.Timed {
		line(t.String())
	}
	for _, o := range p.Occasions {
		line(o.String())
	}
	if h := p.Heal; h != nil {
		line("heal at", clock(h.At), "core="+coreWords()[h.Core], "within", clock(h.Within))
	}
	return b.String()
}

// text is KEY=VALUE, or nothing when the value is not set.
func text[T fmt.Stringer](key string, value *T) string {
	if value == nil {
		return ""
	}
	return key + "=" + (*value).String()
}

func (c Clock) offset() string {
	if c.Offset == nil {
		return ""
	}
	return "offset=" + clock(*c.Offset)
}

func (c Clock) drift() string {
	if c.Drift == nil {
		return ""
	}
	return fmt.Sprintf("drift=%dppm", *c.Drift)
}

// String returns the statement: "at 2s partition a | b for 3s".
func (t Timed) String() string {
	if t.Every != nil {
		return "every " + t.Every.String() + " " + t.Do.String()
	}
	return "at " + clock(t.At) + " " + t.Do.String()
}

// String returns the fault as the language has it: "partition a -> b for 3s".
func (a Action) String() string {
	g, _ := grammarOf(a.Verb)
	words := []string{string(a.Verb)}
	if word := pickWords()[a.Pick]; word != "" && g.of != noHost {
		words = append(words, word)
	}
	switch {
	case g.of == oneHost:
		words = append(words, string(a.From))
	case g.of == aPair && !a.OneWay:
		words = append(words, string(a.From), "|", string(a.To))
	case g.of != noHost:
		words = append(words, string(a.From), "->", string(a.To))
	}
	if g.by {
		words = append(words, "by", clock(a.By))
	}
	if a.For != nil {
		words = append(words, "for", a.For.String())
	}
	return strings.Join(words, " ")
}

// String returns the statement: "on rpc:Register from a #1-2 delay 200ms".
func (o Occasion) String() string {
	words := []string{"on", o.Kind}
	if o.From != "" {
		words = append(words, "from", string(o.From))
	}
	if o.To != "" {
		words = append(words, "to", string(o.To))
	}
	if o.Conn != 0 {
		words = append(words, "connection", strconv.FormatUint(o.Conn, 10))
	}
	nth := "#" + strconv.FormatUint(o.First, 10)
	if o.Last != o.First {
		nth += "-" + strconv.FormatUint(o.Last, 10)
	}
	return strings.Join(append(words, nth, o.Do.String()), " ")
}

// String returns the effect: "delay 200ms", "cut inside at 14".
func (e Effect) String() string {
	words := []string{string(e.What)}
	switch e.What {
	case EffectDelay:
		words = append(words, e.Span.String())
	case EffectCut:
		words = append(words, string(e.Where))
		if len(e.At) > 0 {
			words = append(words, "at")
		}
	case EffectFlip:
		words = append(words, "bit")
	case EffectSplit, EffectRefuse, EffectLose:
	}
	for _, n := range e.At {
		words = append(words, strconv.Itoa(n))
	}
	return strings.Join(words, " ")
}
