// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// vector is one entry of a file of bytes that Spark made.
type vector struct {
	Name   string         `json:"name"`
	Family string         `json:"family"`
	Spark  []string       `json:"spark"`
	Fields map[string]any `json:"fields"`
	Hex    string         `json:"hex"`
	Events []event        `json:"events"`
}

func readVectors(t testing.TB, file string) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	var list []vector
	if err := d.Decode(&list); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return list
}

func (v vector) text(key string) string {
	s, _ := v.Fields[key].(string)
	return s
}

func (v vector) number(t testing.TB, key string) int64 {
	t.Helper()
	n, err := v.Fields[key].(json.Number).Int64()
	if err != nil {
		t.Fatalf("%s: %s: %v", v.Name, key, err)
	}
	return n
}

func (v vector) bytes(t testing.TB, key string) []byte {
	t.Helper()
	return unhex(t, v.text(key))
}
