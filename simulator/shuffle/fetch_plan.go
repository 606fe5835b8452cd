// SPDX-License-Identifier: Apache-2.0

package shuffle

// Bounds of what one reduce task has in flight.
const (
	fetchesInFlight = 4
	fetchBytes      = 8 << 20 // of one request, unless one block alone has more
	fetchBlocks     = 64      // of one request
)

// fetchRequest is blocks that one executor is asked for at once.
type fetchRequest struct {
	from source // Maps and Sizes are those of the request
}

// planFetches groups the blocks of a reducer by executor, into requests of bounded size. Reducers start with different
// executors.
func planFetches(sources []source, reducer int) []fetchRequest {
	var requests []fetchRequest
	for i := range sources {
		src := sources[(i+reducer)%len(sources)]
		first, bytes := 0, int64(0)
		cut := func(end int) {
			part := src
			part.Maps, part.Sizes = src.Maps[first:end], src.Sizes[first:end]
			requests = append(requests, fetchRequest{from: part})
			first, bytes = end, 0
		}
		for j, size := range src.Sizes {
			if j > first && (bytes+size > fetchBytes || j-first == fetchBlocks) {
				cut(j)
			}
			bytes += size
		}
		if first < len(src.Maps) {
			cut(len(src.Maps))
		}
	}
	return requests
}
