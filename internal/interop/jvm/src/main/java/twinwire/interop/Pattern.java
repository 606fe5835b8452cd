// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** The bytes that both sides know: number i is the lowest byte of 7 i + 13 i / 256. */
final class Pattern {
  private Pattern() {}

  static byte[] bytes(int size) {
    byte[] b = new byte[size];
    for (int i = 0; i < size; i++) {
      b[i] = (byte) (7 * i + 13 * (i >> 8));
    }
    return b;
  }

  static ByteBuffer buffer(int size) {
    return ByteBuffer.wrap(bytes(size));
  }

  /** What identifies some bytes: how many, and their CRC. */
  static String sum(byte[] b) {
    Sum sum = new Sum();
    sum.add(ByteBuffer.wrap(b));
    return sum.toString();
  }

  static String sum(InputStream in) throws IOException {
    try (in) {
      return sum(in.readAllBytes());
    }
  }

  /** Adds bytes up as they come. */
  static final class Sum {
    private final CRC32 crc = new CRC32();
    private long size;

    void add(ByteBuffer b) {
      size += b.remaining();
      crc.update(b);
    }

    @Override
    public String toString() {
      return size + ":" + String.format("%08x", crc.getValue());
    }
  }
}
