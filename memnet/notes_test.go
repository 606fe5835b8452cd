// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"strings"
	"sync"
)

// notes are what tasks write down, in the order in which they ran.
type notes struct {
	mu  sync.Mutex // never held across a scheduling point
	all []string
}

func (n *notes) add(s string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, s)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.all, " ")
}
