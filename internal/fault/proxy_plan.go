// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"fmt"
	"time"

	"github.com/twinwire/twinwire/internal/plan"
)

// ProxyPlan is what a proxy does of a plan for the connections that one host makes to another. Make it with [PlanFor].
type ProxyPlan struct {
	profile  Profile
	timed    []plannedFault
	dials    []plan.Occasion
	from, to string
}

// plannedFault is a fault of the plan that concerns the two hosts.
type plannedFault struct {
	plan.Timed
	way direction // the only one it concerns; 0: both
}

// Skipped is an entry of a plan that a proxy cannot do.
type Skipped struct {
	Entry string // as the plan has it
	Why   string
}

// String returns one line.
func (s Skipped) String() string { return s.Entry + ": " + s.Why }

// PlanFor picks out what a plan says of the connections that host from makes to host to, and which of it a proxy between
// real connections cannot do. Entries about other hosts are in neither.
func PlanFor(p plan.Plan, from, to string) (ProxyPlan, []Skipped) {
	b := &proxyPlanner{out: ProxyPlan{from: from, to: to, profile: Profile{Name: "plan"}}}
	b.takeProfile(p)
	for _, l := range p.Links {
		b.takeLink(l)
	}
	for _, c := range p.Clocks {
		b.skipHost(c.Host, "clock "+string(c.Host), "the clocks of real hosts are their own")
	}
	for _, d := range p.Disks {
		b.skipHost(d.Host, "disk "+string(d.Host), "the disks of real hosts are their own")
	}
	for _, t := range p.Timed {
		b.takeTimed(t)
	}
	for _, o := range p.Occasions {
		b.takeOccasion(o)
	}
	if h := p.Heal; h != nil {
		b.out.profile.Until = max(h.At, 1)
	}
	return b.out, b.skipped
}

type proxyPlanner struct {
	out     ProxyPlan
	skipped []Skipped
}

func (b *proxyPlanner) skip(entry, why string) { b.skipped = append(b.skipped, Skipped{entry, why}) }

func (b *proxyPlanner) skipHost(host plan.Pattern, entry, why string) {
	if host.Matches(b.out.from) || host.Matches(b.out.to) {
		b.skip(entry, why)
	}
}

func (b *proxyPlanner) takeProfile(p plan.Plan) {
	if p.Seed != nil {
		b.skip(fmt.Sprintf("seed %d", *p.Seed), "over real connections a seed repeats nothing")
	}
	if p.Profile == "" {
		return
	}
	f, err := ByName(p.Profile)
	switch {
	case err != nil:
		b.skip("profile "+p.Profile, err.Error())
	case f.Draw:
		b.skip("profile "+p.Profile, "a swarm is drawn by the seed of a simulated run")
	default:
		b.out.profile = f.ForLoopback()
	}
}

// takeLink takes the settings of a link. A proxy has the same for both directions.
func (b *proxyPlanner) takeLink(l plan.Link) {
	there := l.From.Matches(b.out.from) && l.To.Matches(b.out.to)
	back := l.From.Matches(b.out.to) && l.To.Matches(b.out.from)
	entry := fmt.Sprintf("link %s -> %s", l.From, l.To)
	switch {
	case !there && !back:
		return
	case !there || !back:
		b.skip(entry, "a proxy is the same in both directions, and this concerns one")
		return
	}
	q := &b.out.profile
	if s := l.Latency; s != nil && s.Max > s.Min {
		b.skip(entry+" latency="+s.String(), "a proxy draws latencies as LEAST+exp(MEAN) only")
	} else if s != nil {
		q.LatencyMin, q.LatencyMean = s.Min, s.Mean
	}
	if l.Tail != nil {
		q.TailPPM, q.TailMax = uint32(l.Tail.Share), l.Tail.Max
	}
	for _, s := range []struct {
		from *plan.Share
		to   *uint32
	}{{l.Split, &q.SplitPPM}, {l.Reset, &q.ResetPPM}, {l.Refuse, &q.RefusePPM}} {
		if s.from != nil {
			*s.to = uint32(*s.from)
		}
	}
	if l.Bandwidth != nil {
		b.skip(entry+" bandwidth="+l.Bandwidth.String(), "a proxy does not measure bytes")
	}
	if l.Loss != nil {
		b.skip(entry+" loss="+l.Loss.String(), "a proxy sits above TCP, which has mended every loss")
	}
	if l.Flip != nil {
		b.skip(entry+" flip="+l.Flip.String(), "a proxy changes no bytes")
	}
}

// takeTimed takes a fault at a time or again and again, if it concerns the two hosts.
func (b *proxyPlanner) takeTimed(t plan.Timed) {
	from, to, a := b.out.from, b.out.to, t.Do
	there := a.From.Matches(from) && a.To.Matches(to)
	back := a.From.Matches(to) && a.To.Matches(from)
	take := func(way direction) { b.out.timed = append(b.out.timed, plannedFault{t, way}) }
	switch {
	case a.Pick != plan.Each:
		b.skip(t.String(), "a proxy sees two hosts and cannot draw among all")
	case a.Verb == plan.Ring:
		b.skip(t.String(), "a proxy sees two hosts and knows no neighbours")
	case a.Verb == plan.Partition || a.Verb == plan.Clog:
		switch {
		case there && (back || !a.OneWay), back && !a.OneWay:
			take(0)
		case there:
			take(toTarget)
		case back:
			take(fromTarget)
		}
	case a.Verb == plan.Isolate && (a.From.Matches(from) || a.From.Matches(to)),
		a.Verb == plan.Reset && (there || back),
		(a.Verb == plan.Refuse || a.Verb == plan.Stall) && a.From.Matches(to):
		take(0)
	case a.Verb == plan.HalfOpen && (there || back):
		b.skip(t.String(), "a proxy cannot keep the end of a connection from its peer")
	case a.Verb == plan.Crash, a.Verb == plan.Pause, a.Verb == plan.Jump:
		b.skipHost(a.From, t.String(), "a proxy stands between hosts and does nothing to them")
	case a.Verb == plan.DiskFull, a.Verb == plan.DiskSlow, a.Verb == plan.LoseSync:
		b.skipHost(a.From, t.String(), "the disks of real hosts are their own")
	}
}

// takeOccasion takes what strikes the nth dial.
func (b *proxyPlanner) takeOccasion(o plan.Occasion) {
	there := o.From.Matches(b.out.from) && o.To.Matches(b.out.to)
	back := o.From.Matches(b.out.to) && o.To.Matches(b.out.from)
	switch {
	case !there && !back:
	case o.Kind == plan.KindDial && there:
		b.out.dials = append(b.out.dials, o)
	case o.Kind == plan.KindDial:
	case o.Kind == plan.KindWrite, o.Kind == plan.KindSegment:
		b.skip(o.String(), "what a real connection delivers at once is not what was written at once")
	default:
		b.skip(o.String(), "a proxy sees bytes and knows no messages")
	}
}

// spanOf draws how long a span of the plan is.
func (d *dice) spanOf(s plan.Span) time.Duration {
	if s.Max > s.Min {
		return d.between(s.Min, s.Max)
	}
	return s.Min + d.exponential(s.Mean)
}
