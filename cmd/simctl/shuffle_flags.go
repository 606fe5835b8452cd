// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// defaultFaults is the profile of a shuffle that is not told otherwise.
const defaultFaults = "calm"

// shuffleFlags are the flags of every verb that runs the shuffle.
type shuffleFlags struct {
	Input      []string `sep:"none" default:"." placeholder:"PATH" help:"File or folder to count the words of (${default}); may be given more than once. Another input is another run, of the same seed too."`
	Executors  int      `default:"4" placeholder:"N" help:"How many executors (${default})."`
	Partitions int      `default:"8" placeholder:"N" help:"How many reduce tasks (${default})."`
	Network    string   `default:"memnet" enum:"memnet,tcp" help:"memnet: one simulated world. tcp: a process for each host (${default})."`
	Faults     string   `default:"calm" enum:"calm,lan,wan,hostile,swarm" help:"How the network and the hosts behave: ${enum} (${default})."`
	Format     string   `default:"text" enum:"text,json" help:"How the result is printed: ${enum} (${default})."`
}

// Validate reports what is wrong with the values. Kong calls it.
func (f *shuffleFlags) Validate() error {
	switch {
	case f.Executors < 1:
		return fmt.Errorf("--executors is %d, want at least 1", f.Executors)
	case f.Partitions < 1:
		return fmt.Errorf("--partitions is %d, want at least 1", f.Partitions)
	case f.Network == "tcp" && f.Faults == "swarm":
		return errors.New("--faults swarm --network tcp: a swarm is drawn by the seed of a simulated run")
	}
	return nil
}

func (f *shuffleFlags) profile() (simulator.Profile, error) { return simulator.ProfileByName(f.Faults) }

// places says where each input stands in the hosts' files. A file stands in a folder of its own, so that both worlds can
// mount it.
func (f *shuffleFlags) places() ([]place, error) {
	var places []place
	for i, shown := range f.Input {
		info, err := os.Stat(shown)
		switch {
		case err != nil:
			return nil, usageError(fmt.Errorf("--input %s: %w", shown, pathCause(err)))
		case !info.IsDir() && !info.Mode().IsRegular():
			return nil, usageError(fmt.Errorf("--input %s: neither a file nor a folder", shown))
		}
		p := place{mount: path.Join("input", strconv.Itoa(i)), shown: shown, folder: info.IsDir()}
		p.path = p.mount
		if !p.folder {
			p.path = path.Join(p.mount, fileInMount)
		}
		places = append(places, p)
	}
	return places, nil
}

// place is where an input stands.
type place struct {
	mount  string // a folder in the hosts' files
	path   string // the input itself there: the mount or a file in it
	shown  string // on the machine
	folder bool
}

// fileInMount is the name of a mounted file in its folder.
const fileInMount = "file"

// job is what both worlds do.
func (f *shuffleFlags) job(places []place) shuffle.Job {
	job := shuffle.Job{Executors: f.Executors, Partitions: f.Partitions}
	for _, p := range places {
		job.Inputs = append(job.Inputs, shuffle.Input{Path: p.path, Shown: filepath.ToSlash(p.shown)})
	}
	return job
}

// arguments are the flags that differ from their defaults, as a shell reads them.
func (f *shuffleFlags) arguments() string {
	var b strings.Builder
	add := func(name, value, standard string) {
		if value != standard {
			b.WriteString(" --" + name + " " + quote(value))
		}
	}
	if len(f.Input) != 1 || f.Input[0] != "." {
		for _, in := range f.Input {
			add("input", in, "")
		}
	}
	add("executors", strconv.Itoa(f.Executors), "4")
	add("partitions", strconv.Itoa(f.Partitions), "8")
	add("network", f.Network, "memnet")
	add("faults", f.Faults, defaultFaults)
	return b.String()
}

// quote makes text one word of a shell.
func quote(text string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_-./,:=@%+", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
