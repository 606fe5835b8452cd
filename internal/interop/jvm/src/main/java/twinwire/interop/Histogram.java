// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

/** Counts durations in buckets that are at most 1/32 wide, as histogram.go does. */
final class Histogram {
  private static final int SUB_BITS = 5;
  private static final int SUB = 1 << SUB_BITS;

  private final long[] counts = new long[40 * SUB];

  void record(long nanos) {
    counts[bucket(nanos)]++;
  }

  void add(Histogram other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  long count() {
    long n = 0;
    for (long c : counts) {
      n += c;
    }
    return n;
  }

  /** The duration that the share of all that are recorded does not exceed, in nanoseconds. */
  long percentile(double share) {
    long rank = (long) Math.ceil(share * count());
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank && seen > 0) {
        return highest(i);
      }
    }
    return 0;
  }

  private static int bucket(long nanos) {
    if (nanos < SUB) {
      return (int) Math.max(0, nanos);
    }
    int shift = 63 - Long.numberOfLeadingZeros(nanos) - SUB_BITS;
    return Math.min((shift + 1) * SUB + (int) (nanos >>> shift) - SUB, 40 * SUB - 1);
  }

  private static long highest(int bucket) {
    if (bucket < SUB) {
      return bucket;
    }
    int shift = bucket / SUB - 1;
    return ((long) (bucket % SUB + SUB + 1) << shift) - 1;
  }
}
