// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/plan"
)

// World is one simulated run: hosts, a network between them, virtual time, and a seed that decides the rest. Make one
// with [New], give its hosts work with [Host.Boot], and call [World.Run] once. Worlds share nothing, so many can run in
// parallel. Outside Run a world belongs to one goroutine; during Run, to its tasks.
type World struct {
	// What every step looks at stands together.
	now       int64 // virtual ns since the start
	seq       uint64
	cur       *task     // the running task, nil outside tasks
	lone      readyTask // the task that is ready while no other is; then ready is empty
	ready     readyQueue
	timers    timerHeap
	verify    bool        // calls on the seam are looked at: Config.Verify or Config.Probe
	watchful  bool        // every scheduling point is to be seen: the strategy wants that, or calls are looked at
	homing    bool        // every coroutine goes to its own place
	ending    bool        // tasks that are resumed end
	burying   bool        // tasks of crashed hosts end
	exited    bool        // a task called runtime.Goexit
	attended  bool        // the kernel has something to do before time moves on
	abandoned atomic.Bool // the watchdog gave up on the kernel
	outcome   outcome
	latest    int64 // the last instant there is time for
	steps     uint64
	landmark  uint64 // the step at which to look up from the work
	applied   uint64 // events
	last      *task  // the last that ran
	polled    int    // entries of all hosts' polled
	waitsAt   *coro  // where the kernel waits
	idle      []*coro
	trace     trace
	scheduler scheduler
	seedOnly  bool      // neither of these two is there
	recorder  *recorder // nil: choices are not recorded
	player    *player   // nil: choices are drawn from the seed
	seed      uint64
	observer  *observer // nil: nobody observes
	segments  *segment  // free
	spare     int       // segments
	policy    policy
	choices   uint64
	points    uint64  // that tasks have passed which are gone
	retired   []*task // free
	events    eventWheel

	cfg      Config
	epoch    time.Time
	usual    [2]linkSettings // of links of which the plan says nothing: between hosts, from a host to itself
	skewed   bool            // clocks can be wrong
	foreign  time.Time       // deadlines before it were made by the machine's clock
	strategy Strategy
	hosts    keyTable[*Host] // by hash of the name
	made     int             // hosts, with root
	order    []*Host         // as they were made
	root     *Host           // of main; not in hosts
	faultSeq uint64          // of the timers of faults, all lower than seq
	struck   *plan.Plan      // the faults so far; nil: not kept
	faults   tally
	all      edge // everything tasks did
	probed   edge // from one call of Config.Probe to the next: it orders the calls of tasks
	checked  edge // taken by every step after a check, which looks at what tasks change
	coros    []*coro
	fallen   []*incarnation // crashed, and not buried yet
	deferral *deferral      // nil before the first burial
	cradle   cradle

	main     func()
	told     counts     // when the epilogue began
	healed   bool       // there are no faults any more
	context  runContext // of main and Boot functions
	farewell farewell
	owed     int // main, Boot functions and restarts that are still to end
	locks    lockRule
	checking bool // Check runs
	stage    atomic.Int32
	beat     atomic.Uint64
	done     chan struct{}
}

// New returns a world that has not run yet.
//
//go:norace
func New(cfg Config) *World {
	cfg = cfg.withPlan().withDefaults()
	w := &World{
		cfg: cfg, seed: spreadSeed(cfg.Seed), epoch: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		foreign: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC), seq: firstSeq,
		done: make(chan struct{}), farewell: farewell{done: make(chan struct{})},
	}
	w.context.world = w
	w.verify = cfg.Verify || cfg.Probe != nil
	w.watchful, w.timers.at = w.verify, farAway
	w.latest = min(int64(w.cfg.MaxTime), farAway-1)
	w.trace.init(cfg.Trace)
	if cfg.Observe != nil {
		w.observer = &observer{world: w, observe: cfg.Observe}
	}
	if cfg.Record {
		w.recorder, w.struck = &recorder{}, &plan.Plan{}
	}
	if cfg.Tape != nil {
		w.seed = spreadSeed(cfg.Tape.Seed)
		w.player = newPlayer(w, cfg.Tape)
	}
	w.seedOnly = w.recorder == nil && w.player == nil
	swarm := w.stream("swarm", 0, "")
	w.cfg.Faults = w.cfg.Faults.Drawn(func(bound uint64) uint64 { return w.choose(&swarm, bound) })
	w.usual = [...]linkSettings{usualSettings(&w.cfg.Faults, false), usualSettings(&w.cfg.Faults, true)}
	w.events.init(&w.cfg.Faults)
	w.skewed = w.skews()
	w.policy = w.drawPolicy()
	w.strategy = w.drawStrategy()
	w.scheduler = w.newScheduler()
	w.root = w.newHost("root") // its clock is right: a plan, which tells the clocks of hosts, does not know of it
	w.root.read()
	return w
}

// Host returns the host of that name; the first call makes it. Others dial it as "<name>:<port>".
//
//go:norace
func (w *World) Host(name string) *Host {
	if h := w.known(name); h != nil {
		return h
	}
	if err := CheckHostName(name); err != nil {
		panic("memnet: " + err.Error())
	}
	h := w.newHost(name)
	h.setClock()
	*w.hosts.at(hashString(name)) = h
	w.order = append(w.order, h)
	return h
}

// known returns the host of that name, nil if there is none.
//
//go:norace
func (w *World) known(name string) *Host {
	if h := w.hosts.find(hashString(name)); h != nil {
		return *h
	}
	return nil
}

// Runtime returns the runtime of the hidden host that the main function of [World.Run] runs on. It never crashes and
// has no network.
//
//go:norace
func (w *World) Runtime() api.Runtime { return w.root.Runtime() }

// Elapsed returns how much virtual time has passed since the start, whatever the clocks of the hosts show.
//
//go:norace
func (w *World) Elapsed() time.Duration { return time.Duration(w.now) }

// The stages of a world.
const (
	stageNew     = iota // Run was not called
	stageRunning        // tasks run
	stageJudging        // CheckEnd runs, for as long as it likes
	stageFreeing        // the result is sealed, the tasks that are left are being ended
	stageOver
)

// firstSeq leaves room below for the timers of faults.
const firstSeq = 1 << 40

// strikesNow reports whether the profile's faults still happen.
//
//go:norace
func (w *World) strikesNow() bool {
	return !w.healed && (w.cfg.Faults.Until <= 0 || w.now < int64(w.cfg.Faults.Until))
}

// at returns the instant d from now, rounded up to the quantum.
//
//go:norace
func (w *World) at(d time.Duration) int64 {
	if d <= 0 {
		return w.now
	}
	t := w.now + int64(d)
	if t < w.now || t > farAway {
		t = farAway
	}
	return w.policy.roundUp(t)
}

// farAway is later than any limit: two hundred years.
const farAway = 200 * 365 * 24 * int64(time.Hour)
