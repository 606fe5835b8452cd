// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strconv"
	"strings"
)

func (p *parser) readOn(s *statement) bool {
	var o Occasion
	ok := p.kind(s, &o)
	if !ok {
		return false
	}
	if s.accept("from") {
		if o.From, ok = p.host(s, "the name of a host"); !ok {
			return false
		}
	}
	if s.accept("to") {
		if o.To, ok = p.host(s, "the name of a host"); !ok {
			return false
		}
	}
	if !p.connection(s, &o) {
		return false
	}
	w, ok := s.take("which occurrence, such as #1 or #2-5")
	if !ok || !p.occurrences(s, w, &o) {
		return false
	}
	ok = p.effect(s, &o)
	p.plan.Occasions = append(p.plan.Occasions, o)
	return ok
}

// connection reads "connection N", which writes and messages may have.
func (p *parser) connection(s *statement, o *Occasion) bool {
	at := s.peek()
	if !s.accept("connection") {
		return true
	}
	switch o.Kind {
	case KindDial, KindSegment, KindSync, KindRead:
		return s.wrong(at, `remove "connection" and its number`, "%s is not counted by connection", o.Kind)
	}
	w := s.peek()
	n, ok := read(s, "the number of a connection", parseUint)
	if ok && n == 0 {
		return s.wrong(w, "", "connections are counted from 1")
	}
	o.Conn = n
	return ok
}

// kind reads "rpc:NAME", "block:NAME", "dial", "write", "segment", "sync" or "read".
func (p *parser) kind(s *statement, o *Occasion) bool {
	w, ok := s.take("what happens: rpc:NAME, block:NAME, dial, write, segment, sync or read")
	if !ok {
		return false
	}
	family, name, named := strings.Cut(w.text, ":")
	families, links := []string{"rpc", "block"}, []string{KindDial, KindWrite, KindSegment, KindSync, KindRead}
	switch {
	case named && name == "":
		return s.wrong(w, "want rpc:Register, for example", "%q names no message", w.text)
	case named && !slices.Contains(families, family):
		return s.wrong(w.part(0, family), suggest(family, families), "unknown kind of message %q", family)
	case !named && slices.Contains(families, family):
		return s.wrong(w, "want "+family+":NAME", "%q names no message", w.text)
	case !named && !slices.Contains(links, family):
		return s.wrong(w, suggest(family, append(links, "rpc:"+family)), "unknown occasion %q", w.text)
	}
	o.Kind = w.text
	return true
}

// occurrences reads #N or #N-M.
func (p *parser) occurrences(s *statement, w word, o *Occasion) bool {
	text, hash := strings.CutPrefix(w.text, "#")
	first, last, dash := strings.Cut(text, "-")
	a, whyA := parseUint(first)
	b, whyB := a, ""
	if dash {
		b, whyB = parseUint(last)
	}
	switch {
	case !hash:
		return s.wrong(w, "", "want which occurrence, such as #1 or #2-5, not %q", w.text)
	case whyA != "" || whyB != "":
		return s.wrong(w, "", "%q: want #N or #N-M", w.text)
	case a == 0:
		return s.wrong(w, "", "%q: occurrences are counted from 1", w.text)
	case b < a:
		return s.wrong(w, "want #"+last+"-"+first, "%q is reversed", w.text)
	}
	o.First, o.Last = a, b
	return true
}

func (p *parser) effect(s *statement, o *Occasion) bool {
	may := effectsOf(o.Kind)
	var known []string
	for _, e := range may {
		known = append(known, string(e))
	}
	w := s.peek()
	if slices.Contains([]string{"drop", "duplicate", "dup"}, w.text) {
		return s.wrong(w, "on a stream want delay, or cut before, inside or after", "a stream loses and doubles nothing")
	}
	what, ok := s.oneOf("effect on "+o.Kind, known)
	if !ok {
		return false
	}
	o.Do.What = EffectKind(what)
	switch o.Do.What {
	case EffectDelay:
		o.Do.Span, ok = read(s, "a span, such as 200ms", parseSpan)
	case EffectCut:
		ok = p.where(s, o)
	case EffectSplit:
		for ok && !s.done() {
			ok = p.offset(s, o)
		}
	case EffectFlip:
		ok = s.expect("bit") && p.offset(s, o)
	case EffectRefuse, EffectLose:
	}
	return ok
}

func (p *parser) where(s *statement, o *Occasion) bool {
	side, ok := s.oneOf("side", []string{string(Before), string(Inside), string(After)})
	if !ok {
		return false
	}
	o.Do.Where = Where(side)
	if o.Kind == KindWrite && o.Do.Where == Inside && s.accept("at") {
		return p.offset(s, o)
	}
	return true
}

// offset reads the number of a byte or bit, each larger than the one before it.
func (p *parser) offset(s *statement, o *Occasion) bool {
	unit := "byte"
	if o.Do.What == EffectFlip {
		unit = "bit"
	}
	w, ok := s.take("the number of a " + unit)
	if !ok {
		return false
	}
	n, err := strconv.Atoi(w.text)
	least := 1
	if len(o.Do.At) > 0 {
		least = o.Do.At[len(o.Do.At)-1] + 1
	}
	if err != nil || n < least || strconv.Itoa(n) != w.text {
		return s.wrong(w, "", "%q: want the number of a %s, at least %d", w.text, unit, least)
	}
	o.Do.At = append(o.Do.At, n)
	return true
}
