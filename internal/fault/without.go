// SPDX-License-Identifier: Apache-2.0

package fault

import "slices"

// Without returns p without kinds of fault that the component does not claim to stand, such as LostSync for one that
// trusts its disk.
func (p Profile) Without(kinds ...Kind) Profile {
	p.Never = slices.Concat(p.Never, kinds)
	for _, k := range kinds {
		switch k {
		case Delay:
			p.TailPPM = 0
		case Loss:
			p.LossPPM = 0
		case Split:
			p.SplitPPM = 0
		case Flip:
			p.FlipPPM = 0
		case Reset:
			p.ResetPPM = 0
		case Refuse:
			p.RefusePPM = 0
		case Stall:
			p.HangPPM = 0
		case Clog:
			p.ClogEvery = 0
		case Partition:
			p.PartitionEvery = 0
		case Crash, Restart, HalfOpen:
			p.CrashEvery = 0
		case Pause:
			p.PauseEvery = 0
		case Jump:
			p.JumpEvery, p.ClockOffset, p.DriftPPM = 0, 0, 0
		case DiskFull:
			p.DiskFull = 0
		case DiskSlow:
			p.DiskMean = 0
		case LostSync:
			p.LoseSyncPPM = 0
		case Torn:
			p.TornPPM = 0
		case DiskFlip:
			p.DiskFlipPPM = 0
		}
	}
	return p
}
