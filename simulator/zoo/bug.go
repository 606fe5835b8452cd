// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

// Bug is one exhibit.
type Bug struct {
	Name  string
	Story string // what goes wrong, in a sentence
	// Broken and Right make the scenario with the bug, and that of its twin. Only the component differs.
	Broken, Right func() simulator.Scenario
}

// Bugs returns all exhibits, by name.
func Bugs() []Bug {
	return []Bug{
		{"aba-after-restart", "a version means another value after a restart, and an old swap succeeds", abaBroken, abaRight},
		{"ack-before-fsync", "what was acknowledged was not on the disk, and a crash forgets it", journalBroken, journalRight},
		{"double-apply", "a request is sent again because its answer was lost, and is done twice", ledgerBroken, ledgerRight},
		{"forgotten-timeout", "a message is lost, and its sender waits for the answer for ever", hiringBroken, hiringRight},
		{"lease-without-fencing", "a write arrives after its lease has ended, over that of the next holder", leaseBroken, leaseRight},
		{"lost-update", "two clients read the same value, and both write theirs plus one", tallyBroken, tallyRight},
		{"lost-wake-up", "the signal comes between the look and the wait", mailboxBroken, mailboxRight},
		{"reordered-reconnect", "an update on the old connection arrives after one on the new", boardBroken, boardRight},
		{"retry-storm", "every silence is answered by another copy, without bound", millBroken, millRight},
		{"split-brain", "a majority of those that can be reached is no majority", electionBroken, electionRight},
		{"stale-fail-over", "the backup takes over without the last writes", replicaBroken, replicaRight},
		{"wrong-reply", "a late answer is taken for that of the next question", inquiryBroken, inquiryRight},
	}
}

// patience is how long the clients of the zoo wait for an answer.
const patience = time.Second

// client makes an env of a host that only asks.
func client(n simulator.Node) (api.RpcEnv, error) {
	return n.RpcEnv(api.RpcEnvConfig{Bind: "-", AskTimeout: patience})
}

// reference names an endpoint of a host without asking for it.
func reference(env api.RpcEnv, n simulator.Node, endpoint, host string) (api.RpcEndpointRef, error) {
	address, err := n.Address(host)
	return env.EndpointRef(api.RpcEndpointAddress{Name: endpoint, Address: address}), err
}

// connect makes a client's env and a reference to the endpoint it talks to.
func connect(n simulator.Node, endpoint, host string) (api.RpcEnv, api.RpcEndpointRef, error) {
	env, err := client(n)
	if err != nil {
		return nil, api.RpcEndpointRef{}, err
	}
	ref, err := reference(env, n, endpoint, host)
	return env, ref, err
}
