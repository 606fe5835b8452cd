// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxText     = 64 << 20 // bounds how long the text of a plan may be
	maxMistakes = 1000     // ends the reading of what is no plan at all
)

// Parse parses the text of a plan. The name stands in the mistakes. The error is [Mistakes], with all that is wrong,
// up to about a thousand.
func Parse(name, text string) (Plan, error) { return ParseFor(name, text, nil) }

// ParseFor is Parse for a plan of what has these hosts: that none of them has a name is a mistake too. None: any may be there.
func ParseFor(name, text string, hosts []string) (Plan, error) {
	p := &parser{name: name, hosts: hosts}
	if len(text) > maxText || !utf8.ValidString(text) {
		return Plan{}, Mistakes{{Name: name, Line: 1, Col: 1, Text: "this is no text of a plan", Hint: "want UTF-8, at most 64 MiB"}}
	}
	text = strings.TrimPrefix(text, "\ufeff") // some editors put it before all they write
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		p.line, p.source = i+1, line
		if len(p.mistakes) >= maxMistakes {
			p.mistake(word{}, fmt.Sprintf("there are %d mistakes above; the rest was not read", len(p.mistakes)), "")
			break
		}
		p.statement(splitWords(line))
	}
	if !p.begun {
		p.line, p.source = 1, lines[0]
		p.mistake(word{}, "the plan is empty", `want "plan 1" in the first line`)
	}
	p.checkNames()
	p.checkTimes()
	if len(p.mistakes) > 0 {
		slices.SortStableFunc(p.mistakes, func(a, b Mistake) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col)) })
		return Plan{}, p.mistakes
	}
	return p.plan, nil
}

type parser struct {
	name     string
	hosts    []string // that there are; none: not known
	line     int
	source   string // the line
	begun    bool   // the first statement was seen
	plan     Plan
	names    []usedName
	times    []usedTime
	mistakes Mistakes
	seen     map[string]int // lines of statements that may stand once
}

func (p *parser) mistake(at word, text, hint string) {
	p.mistakes = append(p.mistakes, Mistake{
		Name: p.name, Line: p.line, Col: at.col + 1, Width: at.width(), Source: p.source, Text: text, Hint: hint,
	})
}

// A keyword is the first word of a statement, and what reads the rest.
type keyword struct {
	word string
	once bool
	read func(p *parser, s *statement) bool
}

func keywords() []keyword {
	return []keyword{
		{"plan", true, (*parser).readVersion},
		{"seed", true, (*parser).readSeed},
		{"profile", true, (*parser).readProfile},
		{"hosts", true, (*parser).readHosts},
		{"link", false, (*parser).readLink},
		{"clock", false, (*parser).readClock},
		{"disk", false, (*parser).readDisk},
		{"at", false, (*parser).readAt},
		{"every", false, (*parser).readEvery},
		{"on", false, (*parser).readOn},
		{"heal", true, (*parser).readHeal},
	}
}

func (p *parser) statement(words []word) {
	if len(words) == 0 {
		return
	}
	last := words[len(words)-1]
	s := &statement{words: words, end: last.col + last.width(), report: p.mistake}
	first := !p.begun
	p.begun = true
	if first && words[0].text != "plan" {
		p.mistake(words[0], "the plan does not begin with its version", `want "plan 1" before it`)
	}
	var known []string
	for _, k := range keywords() {
		known = append(known, k.word)
		if k.word != words[0].text {
			continue
		}
		s.next = 1
		if k.word == "plan" && !first && p.seen["plan"] == 0 {
			return // reported already
		}
		if k.once && p.again(words[0]) {
			return
		}
		if k.read(p, s) {
			s.finish()
		}
		return
	}
	hint := suggest(words[0].text, known)
	if strings.HasPrefix(words[0].text, "#") {
		hint = commentHint
	}
	p.mistake(words[0], fmt.Sprintf("unknown statement %q", words[0].text), hint)
}

// again reports a second statement of a kind that may stand once.
func (p *parser) again(w word) bool {
	if p.seen == nil {
		p.seen = map[string]int{}
	}
	if at := p.seen[w.text]; at > 0 {
		p.mistake(w, fmt.Sprintf("a second %s statement", w.text), fmt.Sprintf("the first is in line %d", at))
		return true
	}
	p.seen[w.text] = p.line
	return false
}

func (p *parser) readVersion(s *statement) bool {
	w, ok := s.take("the version, 1")
	if ok && w.text != strconv.Itoa(Version) {
		return s.wrong(w, "this program knows version 1", "unknown version %q", w.text)
	}
	return ok
}

func (p *parser) readSeed(s *statement) bool {
	seed, ok := read(s, "a number", parseUint)
	p.plan.Seed = &seed
	return ok
}

func (p *parser) readProfile(s *statement) bool {
	profile, ok := s.oneOf("profile", Profiles())
	p.plan.Profile = profile
	return ok
}

func parseUint(text string) (uint64, string) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, "want a number from 0 to 18446744073709551615"
	}
	return n, ""
}
