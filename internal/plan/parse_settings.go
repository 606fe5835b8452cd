// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A setting is one KEY=VALUE of a statement, and what reads the value.
type setting struct {
	key  string
	read func(s *statement, value word) bool
}

// into returns a setting that is kept in *where.
func into[T any](key string, where **T, parse func(string) (T, string)) setting {
	return setting{key, func(s *statement, value word) bool {
		v, ok := parsed(s, value, parse)
		*where = &v
		return ok
	}}
}

// settings reads KEY=VALUE up to the end of the line; each wrong one is reported.
func (p *parser) settings(s *statement, known []setting) bool {
	var keys []string
	for _, k := range known {
		keys = append(keys, k.key)
	}
	seen := map[string]bool{}
	fine := true
	for first := true; first || !s.done(); first = false {
		w, ok := s.take("a setting: " + orList(keys) + ", each with = and a value")
		if !ok {
			return false
		}
		if s.blanksAroundEquals(w) {
			fine = false
			continue
		}
		key, value, eq := strings.Cut(w.text, "=")
		fine = p.setting(s, known, keys, seen, w.part(0, key), w.part(len(w.text)-len(value), value), eq) && fine
	}
	return fine
}

// blanksAroundEquals reports "KEY = VALUE", "KEY= VALUE" and "KEY =VALUE", and takes all of it.
func (s *statement) blanksAroundEquals(key word) bool {
	name, bare := strings.CutSuffix(key.text, "=")
	next := s.peek()
	switch {
	case name == "" || strings.Contains(name, "="):
		return false
	case bare:
		if next.text == "" || strings.Contains(next.text, "=") { // no value, or another setting
			return false
		}
		s.next++
	case next.text == "=":
		s.next++
		if !s.done() {
			next = s.peek()
			s.next++
		}
	case strings.HasPrefix(next.text, "="):
		s.next++
	default:
		return false
	}
	value := strings.TrimPrefix(next.text, "=")
	if value == "" {
		value = "VALUE"
	}
	s.wrong(key, "write "+name+"="+value, "there are no blanks around \"=\"")
	return true
}

func (p *parser) setting(s *statement, known []setting, keys []string, seen map[string]bool, key, value word, eq bool) bool {
	for _, k := range known {
		switch {
		case k.key != key.text:
			continue
		case !eq || value.text == "":
			return s.wrong(key, "", "%s has no value: want %s=VALUE", key.text, key.text)
		case seen[key.text]:
			return s.wrong(key, "", "%s is set twice", key.text)
		}
		seen[key.text] = true
		return k.read(s, value)
	}
	if lost := map[string]string{"drop": "loss", "dup": "loss"}[key.text]; lost != "" && slices.Contains(keys, lost) {
		return s.wrong(key, `want "`+lost+`", which delays`, "a stream loses and doubles nothing")
	}
	return s.wrong(key, suggest(key.text, keys), "unknown setting %q", key.text)
}

func (p *parser) readLink(s *statement) bool {
	var l Link
	var ok bool
	if l.From, l.To, _, ok = p.ends(s, false); !ok {
		return false
	}
	ok = p.settings(s, []setting{
		into("latency", &l.Latency, parseSpan), into("tail", &l.Tail, parseTail), into("bandwidth", &l.Bandwidth, parseRate),
		into("loss", &l.Loss, parseShare), into("split", &l.Split, parseShare), into("reset", &l.Reset, parseShare),
		into("refuse", &l.Refuse, parseShare), into("flip", &l.Flip, parseShare),
	})
	p.plan.Links = append(p.plan.Links, l)
	return ok
}

func (p *parser) readClock(s *statement) bool {
	var c Clock
	var ok bool
	if c.Host, ok = p.host(s, "the name of a host"); !ok {
		return false
	}
	ok = p.settings(s, []setting{into("offset", &c.Offset, parseSigned), into("drift", &c.Drift, parseDrift)})
	p.plan.Clocks = append(p.plan.Clocks, c)
	return ok
}

func (p *parser) readDisk(s *statement) bool {
	var d Disk
	var ok bool
	if d.Host, ok = p.host(s, "the name of a host"); !ok {
		return false
	}
	ok = p.settings(s, []setting{
		into("room", &d.Room, parseSize), into("slow", &d.Slow, parseSpan), into("lose-sync", &d.LoseSync, parseShare),
		into("torn", &d.Torn, parseShare), into("flip", &d.Flip, parseShare),
	})
	p.plan.Disks = append(p.plan.Disks, d)
	return ok
}

func parseTail(text string) (Tail, string) {
	share, most, ok := strings.Cut(text, ":")
	if !ok {
		return Tail{}, "want SHARE:MOST, such as 0.1%:100ms"
	}
	s, why := parseShare(share)
	if why != "" {
		return Tail{}, why
	}
	d, why := parseDuration(most)
	return Tail{Share: s, Max: d}, why
}

// maxDrift is a clock that runs at double speed, or stands.
const maxDrift = million

func parseDrift(text string) (int64, string) {
	digits, ok := strings.CutSuffix(text, "ppm")
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || n < -maxDrift || n > maxDrift {
		return 0, fmt.Sprintf("want parts per million, from -%dppm to %dppm", maxDrift, maxDrift)
	}
	return n, ""
}

func (d Tail) String() string { return d.Share.String() + ":" + clock(d.Max) }
