// SPDX-License-Identifier: Apache-2.0

package fault

import "time"

// ForLoopback returns p with numbers that suit real time and real processes: a mean latency of at most 1 ms, late
// deliveries of at most 200 ms and at most 2 in a thousand, a tenth of the resets, a quarter of the refusals,
// partitions of at most 300 ms and at least 5 s apart on average, and no crashes, which a proxy cannot do. Name and
// Until stay.
func (p Profile) ForLoopback() Profile {
	p.LatencyMin = min(p.LatencyMin, 100*time.Microsecond)
	p.LatencyMean = min(p.LatencyMean, time.Millisecond)
	p.TailPPM = min(p.TailPPM, 2_000)
	p.TailMax = min(p.TailMax, 200*time.Millisecond)
	p.ResetPPM /= 10
	p.RefusePPM /= 4
	if p.PartitionEvery > 0 {
		p.PartitionEvery = max(p.PartitionEvery, 5*time.Second)
	}
	p.PartitionMax = min(p.PartitionMax, 300*time.Millisecond)
	p.PartitionMin = min(p.PartitionMin, p.PartitionMax)
	p.CrashEvery, p.DownMin, p.DownMax = 0, 0, 0
	return p
}
