// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"
	"strings"
)

// listText shows a list as Java shows an array: [a, b].
func listText[E any](list []E) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, e := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprint(&b, e)
	}
	b.WriteByte(']')
	return b.String()
}

// listsText shows a list of lists as Java does: [[0, 1], [2]].
func listsText(lists [][]int32) string {
	texts := make([]string, len(lists))
	for i, list := range lists {
		texts[i] = listText(list)
	}
	return listText(texts)
}
