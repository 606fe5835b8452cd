// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

/** Runs named checks one after another and says "ok name" or "FAIL name cause" of each, then "done". */
class Checks {
  /** A check throws when it fails. */
  interface Check {
    void run() throws Exception;
  }

  final void check(String name, Check check) {
    try {
      check.run();
      Main.say("ok " + name);
    } catch (Throwable cause) {
      Main.say("FAIL " + name + " " + cause.toString().replace('\n', '|'));
    }
  }

  final void done() throws InterruptedException {
    Main.say("done");
    Thread.currentThread().join();
  }

  static void same(Object want, Object got) {
    if (!want.equals(got)) {
      throw new AssertionError("got " + got + ", want " + want);
    }
  }

  static void holds(String part, String text) {
    if (!text.contains(part)) {
      throw new AssertionError("got " + text + ", want a text with " + part);
    }
  }
}
