// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"strings"
)

// usedName is a pattern and where it stands, to be held against the declared hosts once all lines are read.
type usedName struct {
	pattern Pattern
	line    int
	source  string
	at      word
}

// readHosts reads the names, with or without blanks behind the commas.
func (p *parser) readHosts(s *statement) bool {
	fine := true
	for first := true; first || !s.done(); first = false {
		w, ok := s.take("the names of the hosts, with commas")
		if !ok {
			return false
		}
		list := strings.TrimSuffix(w.text, ",")
		from := 0
		for name := range strings.SplitSeq(list, ",") {
			fine = p.declare(s, w.part(from, name), w) && fine
			from += len(name) + 1
		}
		if list == w.text && !s.done() {
			return s.wrong(s.peek(), `want "," between the names of hosts`, "%q follows a name", s.peek().text)
		}
		if list != w.text && s.done() {
			return s.wrong(word{col: s.end - 1, text: ","}, "", "a comma, and no name behind it")
		}
	}
	return fine
}

func (p *parser) declare(s *statement, name, in word) bool {
	switch {
	case name.text == "":
		return s.wrong(in, "", "a name between two commas is missing")
	case !validName(name.text, false):
		return s.wrong(name, "want letters, digits, and - _ .", "%q is no name of a host", name.text)
	case slices.Contains(p.plan.Hosts, name.text):
		return s.wrong(name, "", "host %q is declared twice", name.text)
	}
	p.plan.Hosts = append(p.plan.Hosts, name.text)
	return true
}

// host reads a pattern of hosts.
func (p *parser) host(s *statement, want string) (Pattern, bool) {
	w, ok := s.take(want)
	if !ok {
		return "", false
	}
	if !validName(w.text, true) {
		hint := "want letters, digits, and - _ . with * for any"
		if strings.ContainsAny(w.text, ">|") {
			hint = `want blanks around "->" and "|"`
		}
		return "", s.wrong(w, hint, "%q is no name of a host", w.text)
	}
	p.names = append(p.names, usedName{Pattern(w.text), p.line, p.source, w})
	return Pattern(w.text), true
}

// ends reads "HOST -> HOST", or "HOST | HOST" where that is allowed, and says which it was.
func (p *parser) ends(s *statement, both bool) (from, to Pattern, oneWay, ok bool) {
	if from, ok = p.host(s, "the name of a host"); !ok {
		return from, to, false, false
	}
	arrows := `"->"`
	if both {
		arrows = `"|" or "->"`
	}
	w, ok := s.take(arrows)
	switch {
	case !ok:
		return from, to, false, false
	case w.text == "->" || both && w.text == "|":
	case w.text == "|":
		return from, to, false, s.wrong(w, `want "->"`, "this goes one way only")
	default:
		return from, to, false, s.wrong(w, "", "want %s between two hosts, not %q", arrows, w.text)
	}
	to, ok = p.host(s, "the name of a host")
	return from, to, w.text == "->", ok
}

// checkNames reports names that no declared host has, or none that there is.
func (p *parser) checkNames() {
	for _, u := range p.names {
		p.line, p.source = u.line, u.source
		declared := p.plan.Hosts
		switch {
		case len(declared) > 0 && !slices.ContainsFunc(declared, u.pattern.Matches):
			if u.pattern.wild() {
				p.mistake(u.at, fmt.Sprintf("no declared host matches %q", u.pattern), "the plan declares "+strings.Join(declared, ", "))
			} else {
				p.mistake(u.at, fmt.Sprintf("host %q is not declared", u.pattern), suggest(string(u.pattern), declared))
			}
		case len(p.hosts) > 0 && !slices.ContainsFunc(p.hosts, u.pattern.Matches):
			hint := suggest(string(u.pattern), p.hosts)
			if u.pattern.wild() {
				hint = "there are " + strings.Join(p.hosts, ", ")
			}
			p.mistake(u.at, fmt.Sprintf("the scenario has no host %q", u.pattern), hint)
		}
	}
}
