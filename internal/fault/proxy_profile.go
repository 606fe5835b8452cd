// SPDX-License-Identifier: Apache-2.0

package fault

import "time"

// ForLoopback returns p with numbers that suit real time and real processes: a mean latency of at most 1 ms, late
// deliveries of at most 200 ms and at most 2 in a thousand, a tenth of the resets, a quarter of the refusals,
// partitions of at most 300 ms and at least 5 s apart on average, and nothing that a proxy cannot do, such as crashes.
// Name, Until, SafeHosts and Draw stay.
func (p Profile) ForLoopback() Profile {
	q := Profile{
		Name: p.Name, Until: p.Until, SafeHosts: p.SafeHosts, Draw: p.Draw,
		LatencyMin:  min(p.LatencyMin, 100*time.Microsecond),
		LatencyMean: min(p.LatencyMean, time.Millisecond),
		TailPPM:     min(p.TailPPM, 2_000),
		TailMax:     min(p.TailMax, 200*time.Millisecond),
		SplitPPM:    p.SplitPPM,
		ResetPPM:    p.ResetPPM / 10,
		RefusePPM:   p.RefusePPM / 4,
		OneWayPPM:   p.OneWayPPM,
	}
	if p.PartitionEvery > 0 {
		q.PartitionEvery = max(p.PartitionEvery, 5*time.Second)
	}
	q.PartitionMax = min(p.PartitionMax, 300*time.Millisecond)
	q.PartitionMin = min(p.PartitionMin, q.PartitionMax)
	return q
}
