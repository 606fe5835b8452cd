// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"strconv"
	"strings"
)

// Share is a part of a whole, in millionths: 10,000 is 1 %.
type Share uint32

const (
	million    = 1_000_000
	perPercent = million / 100
)

// String returns the share in percent, exactly: "0.1%".
func (s Share) String() string {
	text := strconv.FormatUint(uint64(s/perPercent), 10)
	if rest := s % perPercent; rest > 0 {
		text += strings.TrimRight(fmt.Sprintf(".%04d", rest), "0")
	}
	return text + "%"
}

func parseShare(text string) (Share, string) {
	const want = `want a percentage from 0% to 100%, such as 0.1%`
	digits, ok := strings.CutSuffix(text, "%")
	whole, part, dot := strings.Cut(digits, ".")
	if !ok || whole == "" || dot && part == "" || !allDigits(whole) || !allDigits(part) {
		return 0, want
	}
	if len(part) > 4 {
		return 0, "want at most four decimals: shares are kept in millionths"
	}
	n, err := strconv.ParseUint(whole+(part + "0000")[:4], 10, 64)
	if err != nil || n > million {
		return 0, want
	}
	return Share(n), ""
}

func allDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }
