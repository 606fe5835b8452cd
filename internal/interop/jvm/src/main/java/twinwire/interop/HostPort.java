// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

/** Takes "host:port" apart. */
final class HostPort {
  private HostPort() {}

  static String host(String address) {
    return address.substring(0, address.lastIndexOf(':'));
  }

  static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }
}
