// SPDX-License-Identifier: Apache-2.0

package meter

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// tick is the unit of /proc/stat.
const tick = 10 * time.Millisecond

// MachineBusy is the time all cores together have been busy since the machine's start, in steps of 10 ms, and how many
// cores there are; a process that is tied to one core cannot ask Go for that.
func MachineBusy() (busy time.Duration, cores int, err error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0, err
	}
	for line := range bytes.Lines(text) {
		words := bytes.Fields(line)
		if len(words) < 8 || !bytes.HasPrefix(words[0], []byte("cpu")) {
			break
		}
		if len(words[0]) > len("cpu") {
			cores++
			continue
		}
		for _, i := range []int{1, 2, 3, 6, 7} { // user, nice, system, irq, softirq
			n, err := strconv.ParseInt(string(words[i]), 10, 64)
			if err != nil {
				return 0, 0, fmt.Errorf("read /proc/stat: %w", err)
			}
			busy += time.Duration(n) * tick
		}
	}
	if cores == 0 {
		err = errors.New("read /proc/stat: no cores")
	}
	return busy, cores, err
}

// Foreign is the share of the machine that others used: busy is what all used during wall, own what we did.
func Foreign(busy, own, wall time.Duration, cores int) float64 {
	return min(1, max(0, float64(busy-own)/(float64(wall)*float64(cores))))
}
