// SPDX-License-Identifier: Apache-2.0

package tape

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ErrVersion is the error of a tape in a version of the text form that this code does not know.
var ErrVersion = errors.New("unknown version of the tape format")

// maxMistakes bounds how many mistakes of a text are reported.
const maxMistakes = 20

// Parse reads the text form. It reports every mistake, with its line, up to twenty.
func Parse(text string) (*Tape, error) {
	p := parser{tape: &Tape{Rest: Calm}}
	for line := range strings.Lines(text) {
		p.line++
		if err := p.parse(strings.TrimSuffix(line, "\n")); err != nil {
			p.mistakes = append(p.mistakes, fmt.Errorf("tape line %d: %w", p.line, err))
			if errors.Is(err, ErrVersion) || len(p.mistakes) == maxMistakes {
				break
			}
		}
	}
	if p.line == 0 {
		return nil, fmt.Errorf("tape is empty: %w", ErrVersion)
	}
	if err := errors.Join(p.mistakes...); err != nil {
		return nil, err
	}
	return p.tape, nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *Tape) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*t = *parsed
	return nil
}

type parser struct {
	tape     *Tape
	line     int
	mistakes []error
}

func (p *parser) parse(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	if p.line == 1 {
		if line != fmt.Sprintf("twinwire tape %d", version) {
			return fmt.Errorf("%q: %w: want %q", line, ErrVersion, fmt.Sprintf("twinwire tape %d", version))
		}
		return nil
	}
	t := p.tape
	var err error
	switch word {
	case "", "#": // a remark
	case "code":
		t.Code = rest
	case "seed":
		t.Seed, err = number(rest, 10)
	case "rest":
		switch rest {
		case Calm.String():
			t.Rest = Calm
		case Seeded.String():
			t.Rest = Seeded
		default:
			return fmt.Errorf("rest %q: want calm or seeded", rest)
		}
	case "strategy":
		t.Strategy = rest
	case "hash":
		t.Hash, err = number(rest, 16)
	case "note":
		key, text, _ := strings.Cut(rest, " ")
		t.Notes = append(t.Notes, Note{Key: key, Text: text})
	case "reseed":
		var r Reseed
		r, err = parseReseed(rest)
		t.Reseeds = append(t.Reseeds, r)
	case "stream":
		return p.stream(rest)
	default:
		return p.choice(line)
	}
	return err
}

func (p *parser) stream(rest string) error {
	f := strings.SplitN(rest, " ", 3)
	if len(f) != 3 {
		return fmt.Errorf("stream %q: want a number, an id and a name", rest)
	}
	if f[0] != strconv.Itoa(len(p.tape.Streams)+1) {
		return fmt.Errorf("stream %s: want number %d, streams are numbered in order", f[0], len(p.tape.Streams)+1)
	}
	id, err := number(f[1], 16)
	p.tape.Streams = append(p.tape.Streams, Stream{ID: id, Name: f[2]})
	return err
}

func (p *parser) choice(line string) error {
	f := strings.Fields(line)
	if len(f) < 3 || len(f) > 4 {
		return fmt.Errorf("%q: want a fact (code, seed, rest, strategy, hash, note, reseed, stream) or a choice: stream n value/bound @time", line)
	}
	stream, err1 := number(f[0], 10)
	n, err2 := number(f[1], 10)
	value, bound, _ := strings.Cut(f[2], "/")
	v, err3 := number(value, 10)
	b, err4 := number(bound, 10)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	c := Choice{Stream: int(stream) - 1, N: n, Value: v, Bound: b}
	if len(f) == 4 {
		at, err := time.ParseDuration(strings.TrimPrefix(f[3], "@"))
		if err != nil {
			return fmt.Errorf("time %q: want one such as @1.5ms", f[3])
		}
		c.At = at
	}
	switch {
	case stream == 0 || stream > uint64(len(p.tape.Streams)):
		return fmt.Errorf("stream %d: there are streams 1 to %d", stream, len(p.tape.Streams))
	case c.N == 0:
		return errors.New("choices are counted from 1")
	case c.Value >= c.Bound:
		return fmt.Errorf("value %d: want less than the bound %d", c.Value, c.Bound)
	}
	p.tape.Choices = append(p.tape.Choices, c)
	return nil
}

func number(s string, base int) (uint64, error) {
	n, err := strconv.ParseUint(s, base, 64)
	if err != nil {
		return 0, fmt.Errorf("number %q: want one in base %d", s, base)
	}
	return n, nil
}
