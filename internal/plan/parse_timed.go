// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

func (p *parser) readAt(s *statement) bool {
	w := s.peek()
	at, ok := read(s, "a time since the start", parseDuration)
	if !ok {
		return false
	}
	p.times = append(p.times, usedTime{at, p.line, p.source, w})
	return p.readAction(s, Timed{At: at})
}

func (p *parser) readEvery(s *statement) bool {
	at := s.peek()
	span, ok := read(s, "a span, such as exp(2s)", parseSpan)
	if ok && span.Min+span.Max+span.Mean == 0 {
		ok = s.wrong(at, "", "every 0s never ends")
	}
	if !ok {
		return false
	}
	return p.readAction(s, Timed{Every: &span})
}

func (p *parser) readAction(s *statement, t Timed) bool {
	var known []string
	for _, v := range Verbs() {
		known = append(known, string(v))
	}
	if s.misnamed(known) {
		return false
	}
	verb, ok := s.oneOf("fault", known)
	if !ok {
		return false
	}
	g, _ := grammarOf(Verb(verb))
	a := Action{Verb: g.verb}
	ok = p.operands(s, g, &a) && p.by(s, g, &a) && p.span(s, g, &a)
	t.Do = a
	p.plan.Timed = append(p.plan.Timed, t)
	return ok
}

// misnamed reports a fault of two words, and what is no fault but sounds like one, or is one by another name.
func (s *statement) misnamed(known []string) bool {
	w := s.peek()
	if s.next+1 < len(s.words) {
		if joined := w.text + "-" + s.words[s.next+1].text; slices.Contains(known, joined) {
			s.wrong(w, `write "`+joined+`"`, "the name of a fault is one word")
			return true
		}
	}
	for _, m := range misnomers() {
		if slices.Contains(strings.Fields(m.words), w.text) {
			s.wrong(w, m.hint, "%s", cmp.Or(m.text, fmt.Sprintf("unknown fault %q", w.text)))
			return true
		}
	}
	return false
}

// A misnomer is what people call a fault, or what they take for one.
type misnomer struct{ words, text, hint string }

func misnomers() []misnomer {
	return []misnomer{
		{"restart", "a restart is the end of a crash", `want "crash HOST for SPAN", after which it restarts`},
		{"heal", "healing is no fault", `want "heal at TIME within SPAN" as a line of its own, or "for SPAN" behind the fault`},
		{"kill stop shutdown fail", "", `want "crash HOST", or "crash HOST for SPAN", after which it restarts`},
		{"freeze hang suspend", "", `want "pause HOST for SPAN"`},
		{"cut disconnect split separate", "", `want "partition A | B for SPAN", or "reset A -> B" for their connections`},
		{"drop lose duplicate dup", "a stream loses and doubles nothing",
			`want "clog A -> B for SPAN", "reset A -> B", or "link A -> B loss=1%" as a line of its own, which delays`},
		{"delay slow latency", "how slow a link is, is no fault", `want "link A -> B latency=200ms" as a line of its own, or "clog A -> B for SPAN"`},
	}
}

// mispicked reports a pick of two words, or one that nearly is one.
func (s *statement) mispicked() bool {
	w := s.peek()
	if s.next+1 >= len(s.words) {
		return false
	}
	next := s.words[s.next+1].text
	for _, pick := range pickWords() {
		first, _, _ := strings.Cut(pick, "-")
		switch {
		case pick == "" || next == "for" || next == "->" || next == "|" || next == "by":
			continue
		case w.text == first && next == "of", distance(w.text, pick) <= 2:
			s.wrong(w, `write "`+pick+`"`, "%q is no pick of hosts", w.text)
			return true
		}
	}
	return false
}

// operands reads the hosts of a fault.
func (p *parser) operands(s *statement, g grammar, a *Action) bool {
	if g.of == noHost {
		return true
	}
	for pick, text := range pickWords() {
		if text != "" && s.accept(text) {
			a.Pick = Pick(pick)
		}
	}
	if s.mispicked() {
		return false
	}
	var ok bool
	if g.of == oneHost {
		a.From, ok = p.host(s, "the name of a host")
		return ok
	}
	a.From, a.To, a.OneWay, ok = p.ends(s, g.of == aPair)
	if ok && a.From == a.To && !a.From.wild() {
		return s.wrong(s.words[s.next-1], "want two hosts, such as "+string(a.From)+" and *", "nothing is between a host and itself")
	}
	return ok
}

func (p *parser) by(s *statement, g grammar, a *Action) bool {
	if !g.by {
		return true
	}
	if !s.expect("by") {
		return false
	}
	at := s.peek()
	d, ok := read(s, "a duration, such as -500ms", parseSigned)
	if ok && d == 0 {
		return s.wrong(at, "", "%s by 0s does nothing", a.Verb)
	}
	a.By = d
	return ok
}

// span reads how long a fault lasts.
func (p *parser) span(s *statement, g grammar, a *Action) bool {
	if g.span == instant {
		if s.peek().text == "for" {
			return s.wrong(s.peek(), `remove "for"`, "%s is over at once", a.Verb)
		}
		return true
	}
	if s.done() && g.span == mayLast {
		return true
	}
	if g.span == mayLast && s.peek().text != "for" {
		return s.wrong(s.peek(), `want "for" and a span, after which it restarts, or nothing`, "unknown word %q", s.peek().text)
	}
	if !s.expect("for") {
		return false
	}
	at := s.peek()
	d, ok := read(s, "a span, such as 3s or 1s..5s", parseSpan)
	if ok && d == (Span{}) {
		return s.wrong(at, "", "%s for 0s does nothing", a.Verb)
	}
	a.For = &d
	return ok
}

func (p *parser) readHeal(s *statement) bool {
	h := &Heal{Core: All}
	p.plan.Heal = h
	var ok bool
	if !s.expect("at") {
		return false
	}
	if h.At, ok = read(s, "a time since the start", parseDuration); !ok {
		return false
	}
	if w := s.peek(); strings.HasPrefix(w.text, "core") {
		s.next++
		core := slices.Index(coreWords(), strings.TrimPrefix(w.text, "core="))
		if core <= 0 {
			return s.wrong(w, "want core=all or core=majority", "unknown core %q", w.text)
		}
		h.Core = Core(core)
	}
	if !s.expect("within") {
		return false
	}
	at := s.peek()
	if h.Within, ok = read(s, "a duration, such as 20s", parseDuration); ok && h.Within == 0 {
		return s.wrong(at, "", "nothing can finish within 0s")
	}
	return ok
}

// checkTimes reports faults that could never strike.
func (p *parser) checkTimes() {
	h := p.plan.Heal
	if h == nil {
		return
	}
	for _, u := range p.times {
		if u.at >= h.At {
			p.line, p.source = u.line, u.source
			p.mistake(u.word, fmt.Sprintf("a fault at %s would strike after the healing at %s", clock(u.at), clock(h.At)), "")
		}
	}
}

// usedTime is the time of a fault and where it stands, to be held against the healing once all lines are read.
type usedTime struct {
	at     time.Duration
	line   int
	source string
	word   word
}

// coreWords are the cores as the language has them.
func coreWords() []string { return []string{"", All: "all", Majority: "majority"} }
