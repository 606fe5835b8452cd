// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"fmt"
	"html"
	"maps"
	"slices"
	"strings"

	"github.com/twinwire/twinwire/memnet"
)

// The measures of the drawing.
const (
	pageTop    = 56
	rowHeight  = 24
	laneLeft   = 150
	laneWidth  = 260
	maxDrawn   = 600 // events: the last ones
	pageStyles = `body{font:14px/1.5 system-ui,sans-serif;margin:2em auto;max-width:80em;padding:0 1em;color:#222;background:#fff}
pre{overflow-x:auto;background:#f4f4f4;padding:1em}svg{font:12px system-ui,sans-serif}
.lane{stroke:#bbb}.down{stroke:#fff;stroke-width:4}.time{fill:#888}.host{font-weight:600;font-size:14px}
.message{stroke:#2a6db0;fill:none;stroke-width:1.5}.lost{stroke-dasharray:5 4;stroke:#b02a2a}.label{fill:#2a6db0}
.fault{fill:#b02a2a;font-weight:600}.mark{fill:#2a8f4a}.log{fill:#555}.end{fill:#fff0f0;stroke:#b02a2a}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}pre{background:#242424}svg text{fill:#ddd}
.down{stroke:#181818}.message{stroke:#7ab8f5}.label{fill:#7ab8f5!important}.fault{fill:#ff8080!important}.mark{fill:#7fd69a!important}.end{fill:#331c1c}.lost{stroke:#ff8080}}`
)

// HTML returns the explanation as one page that needs nothing else: a drawing with a line for each host, time going down,
// messages as arrows, what struck and what was marked beside them and the failure at the end; and below it the report.
func (e Explanation) HTML() string {
	title := html.EscapeString(fmt.Sprintf("%s: %s", e.Run.Scenario, e.Run))
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>%s</title>\n<style>%s</style>\n<h1>%s</h1>\n", title, pageStyles, title)
	e.draw(&b)
	fmt.Fprintf(&b, "<pre>%s</pre>\n</html>\n", html.EscapeString(e.Report()))
	return b.String()
}

// A drawing is the picture while it is made.
type drawing struct {
	b     *strings.Builder
	lanes map[string]int // x
	width int
	sent  map[message]drawn // not arrived yet
	down  map[string]int    // y of the crash
}

// drawn is where a message began.
type drawn struct {
	x, y int
	peer string
	kind string
}

func (e Explanation) draw(b *strings.Builder) {
	hosts := e.hostNames()
	rows := slices.DeleteFunc(slices.Clone(e.seen), ofTheStack)
	left := max(len(rows)-maxDrawn, 0)
	rows = rows[left:]
	d := drawing{b: b, lanes: map[string]int{}, width: laneLeft + laneWidth*max(len(hosts), 2), sent: map[message]drawn{}, down: map[string]int{}}
	bottom := pageTop + rowHeight*(len(rows)+1)
	fmt.Fprintf(b, "<svg role=\"img\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n", d.width, bottom+40, d.width, bottom+40)
	b.WriteString("<defs><marker id=\"tip\" markerWidth=\"8\" markerHeight=\"8\" refX=\"7\" refY=\"3\" orient=\"auto\"><path d=\"M0,0 L7,3 L0,6 z\" fill=\"#2a6db0\"/></marker></defs>\n")
	for i, host := range hosts {
		x := laneLeft + laneWidth*i
		d.lanes[host] = x
		fmt.Fprintf(b, "<line class=\"lane\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", x, pageTop-16, x, bottom)
		d.text("host", x, 24, "middle", host)
	}
	if left > 0 {
		d.text("time", 8, 24, "start", fmt.Sprintf("%d events before", left))
	}
	last := ""
	for i, s := range rows {
		y := pageTop + rowHeight*i
		if at := clock(s.At); at != last {
			d.text("time", 8, y+4, "start", at)
			last = at
		}
		d.row(s, y)
	}
	lost := slices.SortedFunc(maps.Values(d.sent), func(a, b drawn) int { return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x)) })
	for _, m := range lost {
		d.lost(m)
	}
	fmt.Fprintf(b, "<rect class=\"end\" x=\"4\" y=\"%d\" width=\"%d\" height=\"28\" rx=\"4\"/>\n", bottom, d.width-8)
	d.text("fault", 12, bottom+19, "start", clock(e.Run.Virtual)+"  "+oneLine(e.Run.ending()))
	b.WriteString("</svg>\n")
}

// row draws what happened.
func (d *drawing) row(s memnet.Sighting, y int) {
	x, on := d.lanes[s.Host]
	switch {
	case s.Kind == "send":
		d.sent[message{s.Way, s.Number}] = drawn{x: x, y: y, peer: s.Peer, kind: s.What}
		d.dot("message", x, y)
	case s.Kind == "arrive":
		if from, known := d.sent[message{s.Way, s.Number}]; known {
			delete(d.sent, message{s.Way, s.Number})
			d.arrow(from, x, y)
		}
	case s.Kind == "miss": // drawn as lost
	case s.Kind == "fault" && on:
		d.life(s, x, y)
		d.text("fault", x+8, y+4, "start", "✗ "+strings.TrimPrefix(sightingText(s), "FAULT "))
	case s.Kind == "lose", s.Kind == "full":
		d.text("fault", x+8, y+4, "start", "✗ "+oneLine(sightingText(s)))
	case s.Kind == "fault", s.Kind == "heal":
		d.text("fault", laneLeft-70, y+4, "start", strings.TrimPrefix(sightingText(s), "FAULT "))
	default:
		class := "log"
		if s.Kind == "mark" {
			class = "mark"
		}
		d.dot(class, x, y)
		d.text(class, x+8, y+4, "start", oneLine(sightingText(s)))
	}
}

// life breaks the line of a host while it is down.
func (d *drawing) life(s memnet.Sighting, x, y int) {
	switch FaultKind(s.What) {
	case "crash":
		d.down[s.Host] = y
	case "restart":
		if from, known := d.down[s.Host]; known {
			fmt.Fprintf(d.b, "<line class=\"down\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", x, from, x, y)
		}
	}
}

func (d *drawing) arrow(from drawn, x, y int) {
	fmt.Fprintf(d.b, "<line class=\"message\" marker-end=\"url(#tip)\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", from.x, from.y, x, y)
	d.text("label", (from.x+x)/2, (from.y+y)/2-4, "middle", from.kind)
}

// lost draws a message that did not arrive.
func (d *drawing) lost(from drawn) {
	x := (from.x + d.lanes[from.peer]) / 2
	fmt.Fprintf(d.b, "<line class=\"message lost\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", from.x, from.y, x, from.y+rowHeight/2)
	d.text("fault", x, from.y+rowHeight/2, "middle", "✗ "+from.kind)
}

func (d *drawing) dot(class string, x, y int) {
	fmt.Fprintf(d.b, "<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"3\"/>\n", class, x, y)
}

func (d *drawing) text(class string, x, y int, anchor, text string) {
	fmt.Fprintf(d.b, "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n", class, x, y, anchor, html.EscapeString(text))
}
