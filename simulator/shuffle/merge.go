// SPDX-License-Identifier: Apache-2.0

package shuffle

import "container/heap"

// mergeSorted sums up blocks that are sorted each and have no word in common.
func mergeSorted(blocks [][]byte) (Summary, error) {
	var heads headHeap
	for _, b := range blocks {
		h := head{rest: b}
		more, err := h.next()
		if err != nil {
			return Summary{}, err
		}
		if more {
			heads = append(heads, h)
		}
	}
	heap.Init(&heads)
	s := newSumming()
	for len(heads) > 0 {
		h := &heads[0]
		s.add(h.word, h.count)
		more, err := h.next()
		if err != nil {
			return Summary{}, err
		}
		if more {
			heap.Fix(&heads, 0)
		} else {
			heap.Pop(&heads)
		}
	}
	return s.summary(), nil
}

// head is the first count of a block, and what follows it.
type head struct {
	word  string
	count uint64
	rest  []byte
}

// next steps to the next count. It reports whether there is one.
func (h *head) next() (more bool, err error) {
	if len(h.rest) == 0 {
		return false, nil
	}
	word, count, rest, err := parseCount(h.rest)
	h.word, h.count, h.rest = string(word), count, rest
	return err == nil, err
}

// headHeap is the heads of blocks, the smallest word first.
type headHeap []head

func (h headHeap) Len() int           { return len(h) }
func (h headHeap) Less(i, j int) bool { return h[i].word < h[j].word }
func (h headHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *headHeap) Push(x any)        { *h = append(*h, x.(head)) }
func (h *headHeap) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}
