// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

/**
 * Keeps a number of calls outstanding, each completion starting the next call. After a warm-up it says what each window
 * held that it is told to measure. A failed call ends the process.
 */
final class Load {
  /** Starts a call whose completion calls {@link Slot#done} or {@link Slot#failed}. */
  interface Call {
    void start(Slot slot);
  }

  /** One of the outstanding calls. */
  final class Slot {
    private volatile Histogram durations = new Histogram();
    private long started;

    void done() {
      if (measuring) {
        durations.record(System.nanoTime() - started);
      }
      next();
    }

    void failed(Throwable cause) {
      cause.printStackTrace();
      Runtime.getRuntime().halt(1);
    }

    private void next() {
      started = System.nanoTime();
      call.start(this);
    }
  }

  private final Call call;
  private volatile boolean measuring;

  Load(Call call) {
    this.call = call;
  }

  /** Runs; args are the number of outstanding calls, and warm-up and windows in milliseconds. */
  void run(String[] args) throws InterruptedException {
    Slot[] slots = new Slot[Integer.parseInt(args[0])];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new Slot();
      slots[i].next();
    }
    Thread.sleep(Long.parseLong(args[1]));
    Main.say("warm");
    while (true) {
      Main.awaitTold();
      window(slots, Long.parseLong(args[2]));
    }
  }

  private void window(Slot[] slots, long millis) throws InterruptedException {
    for (Slot slot : slots) {
      slot.durations = new Histogram();
    }
    measuring = true;
    long begin = System.nanoTime();
    Thread.sleep(millis);
    measuring = false;
    long nanos = System.nanoTime() - begin;
    Histogram all = new Histogram();
    for (Slot slot : slots) {
      all.add(slot.durations);
    }
    Main.say(String.format("window {\"requests\":%d,\"nanos\":%d,\"p50\":%d,\"p99\":%d}",
        all.count(), nanos, all.percentile(0.5), all.percentile(0.99)));
  }
}
