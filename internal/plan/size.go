// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"math"
	"strconv"
	"strings"
)

// Size is a number of bytes.
type Size int64

type sizeUnit struct {
	name  string
	bytes Size
}

// sizeUnits are the units, the largest first.
func sizeUnits() []sizeUnit {
	return []sizeUnit{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}
}

// Rate is a number of bytes a second.
type Rate int64

// String returns the rate in the largest unit that divides it: "10MiB/s".
func (r Rate) String() string { return Size(r).String() + "/s" }

func parseRate(text string) (Rate, string) {
	size, ok := strings.CutSuffix(text, "/s")
	s, why := parseSize(size)
	if !ok || why != "" {
		return 0, "want a size and /s, such as 10MiB/s"
	}
	return Rate(s), ""
}

// String returns the size in the largest unit that divides it: "10MiB".
func (s Size) String() string {
	for _, u := range sizeUnits() {
		if s >= u.bytes && s%u.bytes == 0 {
			return strconv.FormatInt(int64(s/u.bytes), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10) + "B"
}

func parseSize(text string) (Size, string) {
	for _, u := range sizeUnits() {
		digits, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || !allDigits(digits) || n > math.MaxInt64/int64(u.bytes) {
			break
		}
		return Size(n) * u.bytes, ""
	}
	return 0, "want a size in B, KiB, MiB or GiB, such as 10MiB"
}
