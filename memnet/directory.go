// SPDX-License-Identifier: Apache-2.0

package memnet

// A directory holds nodes by name, sorted. Tasks share it without a lock, so it is no map: see keyTable.
type directory struct{ entries []dirEntry }

type dirEntry struct {
	name string
	node *node
}

// place returns where a name is, or would be.
//
//go:norace
func (d *directory) place(name string) (at int, found bool) {
	low, high := 0, len(d.entries)
	for low < high {
		mid := (low + high) / 2
		if d.entries[mid].name < name {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, low < len(d.entries) && d.entries[low].name == name
}

// find returns the node of that name, nil if there is none.
//
//go:norace
func (d *directory) find(name string) *node {
	if i, found := d.place(name); found {
		return d.entries[i].node
	}
	return nil
}

// put gives the name to a node.
//
//go:norace
func (d *directory) put(name string, n *node) {
	i, found := d.place(name)
	if !found {
		d.entries = append(d.entries, dirEntry{})
		for j := len(d.entries) - 1; j > i; j-- {
			d.entries[j] = d.entries[j-1]
		}
	}
	d.entries[i] = dirEntry{name: name, node: n}
}

//go:norace
func (d *directory) remove(name string) {
	i, found := d.place(name)
	if !found {
		return
	}
	last := len(d.entries) - 1
	for ; i < last; i++ {
		d.entries[i] = d.entries[i+1]
	}
	d.entries[last] = dirEntry{}
	d.entries = d.entries[:last]
}

// size is how many names there are; none in what is no directory.
//
//go:norace
func (d *directory) size() int {
	if d == nil {
		return 0
	}
	return len(d.entries)
}
