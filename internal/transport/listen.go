// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"

	"github.com/twinwire/twinwire/api"
)

// The ports that are tried when the one that was asked for is taken; behind the last comes the first.
const (
	firstPort = 1024
	lastPort  = 65535
)

// listen listens at bind; where that port is taken at the next one, and so on, as Spark's startServiceOnPort. Port 0 is
// asked for again. Other errors end it at once.
func listen(ctx context.Context, network api.Network, bind string, retries int) (net.Listener, error) {
	at := bind
	for attempt := 0; ; attempt++ {
		l, err := network.Listen(ctx, at)
		switch {
		case err == nil || !errors.Is(err, api.ErrAddressInUse):
			return l, err
		case retries <= 0:
			return nil, err
		case attempt >= retries:
			return nil, fmt.Errorf("%w: none of %d ports from there on is free: name another, or port 0, or raise PortRetries", err, retries+1)
		}
		next, portErr := nextPort(at)
		if portErr != nil {
			return nil, err
		}
		at = next
	}
}

// nextPort is the address one port on.
func nextPort(at string) (string, error) {
	host, text, err := net.SplitHostPort(at)
	if err != nil {
		return "", err
	}
	port, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return "", err
	case port == 0:
		return at, nil
	case port >= lastPort:
		port = firstPort
	default:
		port++
	}
	return net.JoinHostPort(host, strconv.Itoa(port)), nil
}
