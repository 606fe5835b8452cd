// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"errors"
	"runtime"
	"syscall"

	"github.com/twinwire/twinwire/api"
)

// wsaAddressInUse is what Windows says where others say syscall.EADDRINUSE.
const wsaAddressInUse syscall.Errno = 10048

// addressInUseError is the system's error of a taken address. It matches api.ErrAddressInUse.
type addressInUseError struct{ error }

func (e addressInUseError) Unwrap() error { return e.error }

func (addressInUseError) Is(target error) bool { return target == api.ErrAddressInUse }

// listenError makes err match api.ErrAddressInUse if that is what it says.
func listenError(err error) error {
	errno, ok := errors.AsType[syscall.Errno](err)
	if ok && (errno == syscall.EADDRINUSE || runtime.GOOS == "windows" && errno == wsaAddressInUse) {
		return addressInUseError{err}
	}
	return err
}
