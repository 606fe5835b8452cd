// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"reflect"
	"strings"
)

// describe writes a plan for a person: its fields that are not zero, embedded structs inlined.
func describe(plan any) string {
	var b strings.Builder
	describeFields(&b, reflect.ValueOf(plan))
	if b.Len() == 0 {
		return "all zero"
	}
	return b.String()
}

func describeFields(b *strings.Builder, v reflect.Value) {
	for i := range v.NumField() {
		f, value := v.Type().Field(i), v.Field(i)
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			describeFields(b, value)
		case value.IsZero():
		default:
			if b.Len() > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(b, "%s %+v", f.Name, value.Interface())
		}
	}
}
