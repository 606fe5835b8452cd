// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// JSONSerializer writes messages as JSON, for programs that want to read what travels: struct fields in the order of
// their declaration, map keys sorted, so the bytes are stable. It costs three to five times the default's time. What it
// cannot carry: strings that are not UTF-8 (their bad bytes become U+FFFD), NaN and infinities (an error), and the types
// behind interface fields (they come back as maps, slices, float64).
//
// Decoding refuses more than 64 levels and is otherwise bounded by the size of what came
// ([RpcEnvConfig.MaxMessageSize]). Fields the receiver does not know are ignored; of a doubled key the last counts.
func JSONSerializer() Serializer { return jsonSerializer{} }

// maxJSONDepth is the default serializer's limit too.
const maxJSONDepth = 64

type jsonSerializer struct{}

func (jsonSerializer) Name() string { return "json" }

func (jsonSerializer) Append(dst []byte, v any) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return dst, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), nil
}

func (jsonSerializer) Decode(b []byte, v any) error {
	if depth := jsonDepth(b); depth > maxJSONDepth {
		return fmt.Errorf("json of more than %d levels", maxJSONDepth)
	}
	return json.Unmarshal(b, v)
}

// jsonDepth is how deep arrays and objects are nested.
func jsonDepth(b []byte) int {
	depth, most := 0, 0
	quoted := false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
			most = max(most, depth)
		case c == ']' || c == '}':
			depth--
		}
	}
	return most
}
