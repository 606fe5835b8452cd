// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
)

// withPlan returns the configuration with what its plan settles.
//
//go:norace
func (c Config) withPlan() Config {
	p := c.Plan
	if p == nil {
		return c
	}
	if p.Seed != nil {
		c.Seed = *p.Seed
	}
	if p.Profile != "" {
		f, err := fault.ByName(p.Profile)
		if err != nil {
			panic(fmt.Sprintf("memnet: Config.Plan: %v", err))
		}
		f.SafeHosts = c.Faults.SafeHosts
		c.Faults = f
	}
	if h := p.Heal; h != nil {
		c.Faults.Until = max(h.At, 1)
		if c.MaxTime == 0 || c.MaxTime > h.At+h.Within {
			c.MaxTime = h.At + h.Within
		}
	}
	return c
}

// struckPlan returns the plan of the run so far: what the network, clocks and disks were like, and every fault that
// struck, at its place. With the same seed it makes the same run.
//
//go:norace
func (w *World) struckPlan() *plan.Plan {
	if w.struck == nil {
		return nil
	}
	p := *w.struck
	seed := w.cfg.Seed
	if w.cfg.Tape != nil {
		seed = w.cfg.Tape.Seed
	}
	p.Seed = &seed
	w.plannedBase(&p)
	if f := &w.cfg.Faults; f.Until > 0 && w.cfg.MaxTime > f.Until {
		p.Heal = &plan.Heal{At: f.Until, Core: plan.All, Within: w.cfg.MaxTime - f.Until}
	}
	if q := w.cfg.Plan; q != nil {
		p.Links = append(p.Links, settingsOnly(q.Links)...)
		p.Disks = append(p.Disks, diskSettings(q.Disks)...)
		if q.Heal != nil {
			p.Heal = q.Heal
		}
	}
	return &p
}

// plannedBase says what the profile makes of links, disks and clocks.
//
//go:norace
func (w *World) plannedBase(p *plan.Plan) {
	all := plan.Pattern("*")
	f := &w.cfg.Faults
	link := plan.Link{From: all, To: all, Latency: &plan.Span{Min: f.LatencyMin, Mean: f.LatencyMean}}
	if f.Bandwidth > 0 {
		rate := plan.Rate(f.Bandwidth)
		link.Bandwidth = &rate
	}
	if *link.Latency != (plan.Span{}) || link.Bandwidth != nil {
		p.Links = append(p.Links, link)
	}
	if f.DiskMean > 0 || f.TornPPM > 0 {
		d := plan.Disk{Host: all, Torn: share(f.TornPPM)}
		if f.DiskMean > 0 {
			d.Slow = &plan.Span{Mean: f.DiskMean}
		}
		p.Disks = append(p.Disks, d)
	}
	for _, h := range w.order {
		if c := h.began; c != (clock{}) {
			offset, drift := time.Duration(c.offset), c.drift
			p.Clocks = append(p.Clocks, plan.Clock{Host: plan.Pattern(h.name), Offset: &offset, Drift: &drift})
		}
	}
}

//go:norace
func share(ppm uint32) *plan.Share {
	if ppm == 0 {
		return nil
	}
	s := plan.Share(ppm)
	return &s
}

// settingsOnly takes the faults out of what a plan says of links: those that struck are in the new plan by themselves.
//
//go:norace
func settingsOnly(links []plan.Link) []plan.Link {
	var all []plan.Link
	for _, l := range links {
		l.Tail, l.Loss, l.Split, l.Reset, l.Refuse, l.Flip = nil, nil, nil, nil, nil, nil
		if l.Latency != nil || l.Bandwidth != nil {
			all = append(all, l)
		}
	}
	return all
}

//go:norace
func diskSettings(disks []plan.Disk) []plan.Disk {
	var all []plan.Disk
	for _, d := range disks {
		d.LoseSync, d.Flip = nil, nil
		if d.Room != nil || d.Slow != nil || d.Torn != nil {
			all = append(all, d)
		}
	}
	return all
}
