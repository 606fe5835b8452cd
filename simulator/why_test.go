// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/internal/tape"
)

// forgotten is the smallest run in which a hasty primary forgets what it has answered.
func forgotten(t *testing.T) (*Tape, func() Scenario) {
	t.Helper()
	scenario := register(true, false)
	found := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 50}}, scenario)
	s, ok := Shrink(ShrinkConfig{Run: found.Simplest("check no answered write is missing"), Budget: time.Minute}, scenario)
	if !ok || !s.Complete {
		t.Fatal(s.First, s.Last)
	}
	return s.Last.Tape, scenario
}

// TestWhy: the failure needs the crash, and is certain once the write was answered.
func TestWhy(t *testing.T) {
	tape, scenario := forgotten(t)
	var reports []string
	for _, workers := range []int{1, 3} {
		e, ok := Why(WhyConfig{Run: RunConfig{Tape: tape, Replay: "again"}, Budget: time.Minute, Workers: workers}, scenario)
		if !ok || !e.Complete || e.Run.Hash != tape.Hash {
			t.Fatal(ok, e.Run)
		}
		if !slices.ContainsFunc(e.Needs, func(n Need) bool {
			return n.Kind == "fault" && strings.HasPrefix(n.What, "crash ") && n.Needed && n.Otherwise == "passed" && n.At > 0
		}) {
			t.Errorf("needs %+v", e.Needs)
		}
		first, last := e.Moments[0], e.Moments[len(e.Moments)-1]
		if first.What != "" || first.Fail > futures/2 || last.Fail != futures || first.Runs != futures {
			t.Errorf("moments %+v", e.Moments)
		}
		reports = append(reports, regexp.MustCompile(`runs in [0-9.]+s`).ReplaceAllString(e.Report(), "runs in 1s"))
	}
	if reports[0] != reports[1] {
		t.Errorf("the number of workers matters:\n%s\n%s", reports[0], reports[1])
	}
	rest := reports[0]
	for _, want := range []string{
		`seed \d+, t=.*: no answered write is missing: write \d+`, `what strikes\n`, `crash primary for `,
		`what it needs: .*\n`, `fault +crash \d+ +at .* otherwise: passed`, `what happened, in the order of cause\n`,
		`s +client +sends rpc:pbWrite to primary\n`, `s +primary +gets rpc:pbWrite from client\n`, `s +primary +FAULT crash primary\n`,
		`s +FAILS: no answered write is missing: `, `what each host did\n`, `primary +sent 1 message, got 1 message, crashed once; last, at .*: FAULT restart primary\n`,
		`of 24 runs that go on by other chances`, ` the start +\d+\n`, ` 24 +<- (likely, and )?certain`, `runs in 1s; trace hash [0-9a-f]{16}\n`, `replay: again$`,
	} {
		at := regexp.MustCompile(want).FindStringIndex(rest)
		if at == nil {
			t.Fatalf("no %q, in this order, in\n%s", want, reports[0])
		}
		rest = rest[at[1]:]
	}
}

// TestWhyIsBounded in time: it says what it knows.
func TestWhyIsBounded(t *testing.T) {
	tape, scenario := forgotten(t)
	e, ok := Why(WhyConfig{Run: RunConfig{Tape: tape}, Budget: 1}, scenario)
	if !ok || e.Complete || !strings.Contains(e.Report(), "the time was up") || !strings.Contains(e.Report(), "FAULT crash primary") {
		t.Errorf("ok %v\n%s", ok, e.Report())
	}
}

// TestWhyNeedsAFailure that can be repeated.
func TestWhyNeedsAFailure(t *testing.T) {
	if e, ok := Why(WhyConfig{}, bank(carefulDeposit)); ok {
		t.Error(e.Run)
	}
}

// TestStoryPage: one page that needs nothing else, with an arrow for each message that arrived.
func TestStoryPage(t *testing.T) {
	tape, scenario := forgotten(t)
	e, _ := Why(WhyConfig{Run: RunConfig{Tape: tape}, Budget: 1}, scenario)
	page := e.HTML()
	for _, foreign := range []string{"<script", "http:", "https:", "<link", "@import", " src="} {
		if strings.Contains(page, foreign) {
			t.Errorf("the page holds %q", foreign)
		}
	}
	_, svg, _ := strings.Cut(page, "<svg")
	svg, _, _ = strings.Cut("<svg"+svg, "</svg>")
	texts, arrows := 0, 0
	for d := xml.NewDecoder(strings.NewReader(svg + "</svg>")); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		if start, ok := token.(xml.StartElement); ok {
			if start.Name.Local == "text" {
				texts++
			}
			if slices.ContainsFunc(start.Attr, func(a xml.Attr) bool { return a.Name.Local == "marker-end" }) {
				arrows++
			}
		}
	}
	if arrows != 2 || texts < 10 || !strings.Contains(svg, "✗ crash primary") || !strings.Contains(svg, "no answered write is missing") {
		t.Errorf("%d arrows, %d texts in\n%s", arrows, texts, svg)
	}
}

// TestNeedsOfASwarm: what it drew of the world is one need, whatever else there is.
func TestNeedsOfASwarm(t *testing.T) {
	drawn := &Tape{
		Streams: []tape.Stream{{ID: 1, Name: "policy"}, {ID: 2, Name: "swarm"}},
		Choices: []tape.Choice{{Stream: 0, N: 1, Bound: 4, Value: 1}, {Stream: 1, N: 1, Bound: 2, Value: 1}, {Stream: 0, N: 2, Bound: 4, Value: 3}, {Stream: 1, N: 7, Bound: 8, Value: 1}},
	}
	got := drawnTogether(drawn, unitsOf(drawn, classSetting))
	if want := [][]place{{{1, 1}}, {{1, 2}}, {{2, 1}, {2, 7}}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if text := choiceText(drawn.Streams[1], 1); text != "what the swarm drew of the network, disks and clocks" {
		t.Error(text)
	}
	calm := &Tape{Streams: drawn.Streams[:1], Choices: drawn.Choices[:1]}
	if got := drawnTogether(calm, unitsOf(calm, classSetting)); len(got) != 1 {
		t.Errorf("no swarm: %v", got)
	}
}
