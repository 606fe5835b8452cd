// SPDX-License-Identifier: Apache-2.0

package plan

import "strings"

// Pattern is a host's name; each * in it stands for any run of characters. The empty one, where it is allowed, matches
// every host.
type Pattern string

// Matches reports whether the pattern means that host.
func (p Pattern) Matches(host string) bool {
	parts := strings.Split(string(p), "*")
	if p == "" || len(parts) == 1 {
		return p == "" || string(p) == host
	}
	rest, ok := strings.CutPrefix(host, parts[0])
	if !ok {
		return false
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	return strings.HasSuffix(rest, parts[last])
}

// wild reports whether the pattern may mean several hosts.
func (p Pattern) wild() bool { return strings.Contains(string(p), "*") }

// IsHost reports whether a plan can name a host so: by letters of ASCII, digits, and - _ .
func IsHost(name string) bool { return validName(name, false) }

// validName reports whether text may be a host's name, or a pattern of one.
func validName(text string, wild bool) bool {
	if text == "" {
		return false
	}
	for _, r := range text {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
		case r == '*' && wild:
		default:
			return false
		}
	}
	return true
}
