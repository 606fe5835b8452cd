// SPDX-License-Identifier: Apache-2.0

package codec

import "github.com/twinwire/twinwire/api"

// leastText is what is left at least of the text of a link: a sentinel's whole text fits into it.
const leastText = 64

// fit makes a chain fit into limit bytes: payloads and texts that are long get shorter, then the innermost links go. The
// outermost stays.
func fit(links []api.ErrorLink, limit int) []api.ErrorLink {
	for most := maxText / 2; most >= leastText && sizeOf(links) > limit; most /= 2 {
		for i := range links {
			l := &links[i]
			l.Text = cutTo(l.Text, most)
			if len(l.Payload) > most {
				l.Payload = nil // a part of it cannot be read
			}
		}
	}
	for len(links) > 1 && sizeOf(links) > limit {
		links = links[:len(links)-1]
	}
	return links
}

// sizeOf is how many bytes a chain takes.
func sizeOf(links []api.ErrorLink) int {
	n := 2
	for _, l := range links {
		n += 4 + len(l.Type) + 4 + len(l.Text) + 1
		if l.Payload != nil {
			n += 4 + len(l.Payload)
		}
	}
	return n
}
