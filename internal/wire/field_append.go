// SPDX-License-Identifier: Apache-2.0

package wire

import "encoding/binary"

// AppendInt32 appends four bytes, big-endian.
func AppendInt32(dst []byte, n int32) []byte {
	return binary.BigEndian.AppendUint32(dst, uint32(n))
}

// AppendInt64 appends eight bytes, big-endian.
func AppendInt64(dst []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(dst, uint64(n))
}

// AppendBool appends 1 for true and 0 for false.
func AppendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// AppendString appends the byte count and the bytes of s, at most 2 GiB. A Go
// string may hold what is not UTF-8: it goes out as it is, and the reader
// replaces it.
func AppendString(dst []byte, s string) []byte {
	return append(AppendInt32(dst, int32(len(s))), s...)
}

// AppendBytes appends the byte count and the bytes of b, at most 2 GiB.
func AppendBytes(dst, b []byte) []byte {
	return append(AppendInt32(dst, int32(len(b))), b...)
}

// AppendStrings appends the number of strings, then each.
func AppendStrings(dst []byte, list []string) []byte {
	dst = AppendInt32(dst, int32(len(list)))
	for _, s := range list {
		dst = AppendString(dst, s)
	}
	return dst
}

// AppendInt32s appends the number of integers, then each.
func AppendInt32s(dst []byte, list []int32) []byte {
	dst = AppendInt32(dst, int32(len(list)))
	for _, n := range list {
		dst = AppendInt32(dst, n)
	}
	return dst
}

// AppendInt64s appends the number of integers, then each.
func AppendInt64s(dst []byte, list []int64) []byte {
	dst = AppendInt32(dst, int32(len(list)))
	for _, n := range list {
		dst = AppendInt64(dst, n)
	}
	return dst
}

// AppendInt32Lists appends the number of arrays, then each as AppendInt32s does.
func AppendInt32Lists(dst []byte, lists [][]int32) []byte {
	dst = AppendInt32(dst, int32(len(lists)))
	for _, list := range lists {
		dst = AppendInt32s(dst, list)
	}
	return dst
}
