// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"strconv"
)

// Address is where an RpcEnv listens, as an envelope carries it, or its absence:
// an env in client mode listens nowhere. Hosts travel as they are written; an
// IPv6 literal should stand in brackets. Follows RpcAddress.
type Address struct {
	Host    string
	Port    int32
	Present bool // false means no address: Host and Port are not written
}

// String is host:port, or - when there is none.
func (a Address) String() string {
	if !a.Present {
		return "-"
	}
	return a.Host + ":" + strconv.Itoa(int(a.Port))
}

// appendAddress appends the flag and, when there is one, the address.
func appendAddress(dst []byte, field string, a Address) ([]byte, error) {
	if !a.Present {
		return append(dst, 0), nil
	}
	dst, err := appendUTF(append(dst, 1), field, a.Host)
	return AppendInt32(dst, a.Port), err
}

// AddressView is an Address whose host still lies in the message.
type AddressView struct {
	Host    []byte // modified UTF-8
	Port    int32
	Present bool
}

// Address copies the host out of the message.
func (v AddressView) Address() Address {
	if !v.Present {
		return Address{}
	}
	return Address{Host: decodeUTF(v.Host), Port: v.Port, Present: true}
}
