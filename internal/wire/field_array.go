// SPDX-License-Identifier: Apache-2.0

package wire

// capacity bounds what is allocated for count elements of at least size bytes
// each by the bytes there are.
func (r *FieldReader) capacity(count, size int) int { return min(count, r.Left()/size) }

// Strings reads a count and that many strings. An empty array is nil.
func (r *FieldReader) Strings() []string {
	count := r.Count()
	if count == 0 {
		return nil
	}
	list := make([]string, 0, r.capacity(count, 4))
	for range count {
		s := r.String()
		if r.err != nil {
			return nil
		}
		list = append(list, s)
	}
	return list
}

// Int32s reads a count and that many int32. An empty array is nil.
func (r *FieldReader) Int32s() []int32 {
	count := r.Count()
	if count == 0 {
		return nil
	}
	list := make([]int32, 0, r.capacity(count, 4))
	for range count {
		n := r.Int32()
		if r.err != nil {
			return nil
		}
		list = append(list, n)
	}
	return list
}

// Int64s reads a count and that many int64. An empty array is nil.
func (r *FieldReader) Int64s() []int64 {
	count := r.Count()
	if count == 0 {
		return nil
	}
	list := make([]int64, 0, r.capacity(count, 8))
	for range count {
		n := r.Int64()
		if r.err != nil {
			return nil
		}
		list = append(list, n)
	}
	return list
}

// Int32Lists reads a count and that many arrays of int32. An empty array, outer
// or inner, is nil.
func (r *FieldReader) Int32Lists() [][]int32 {
	count := r.Count()
	if count == 0 {
		return nil
	}
	lists := make([][]int32, 0, r.capacity(count, 4))
	for range count {
		list := r.Int32s()
		if r.err != nil {
			return nil
		}
		lists = append(lists, list)
	}
	return lists
}

// Bitmaps reads a count and that many bitmaps. An empty array is nil.
func (r *FieldReader) Bitmaps() []Bitmap {
	count := r.Count()
	if count == 0 {
		return nil
	}
	list := make([]Bitmap, 0, r.capacity(count, 8))
	for range count {
		b, rest, err := ParseBitmap(r.b[r.off:])
		if err != nil {
			r.Fail(err)
			return nil
		}
		r.off = len(r.b) - len(rest)
		list = append(list, b)
	}
	return list
}
