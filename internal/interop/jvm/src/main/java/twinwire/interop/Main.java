// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import java.util.Arrays;
import java.util.concurrent.Semaphore;

/** One end of a connection, made of Spark's own classes. The first argument says which, Go starts it. */
public final class Main {
  private static final Semaphore told = new Semaphore(0); // the lines that the Go side has said

  private Main() {}

  /** Runs the peer. A peer ends with its work, or with its standard input. */
  public static void main(String[] args) throws Exception {
    if (!args[0].equals("about") && !args[0].equals("shuffle-job")) {
      endWithStandardInput();
    }
    String[] rest = Arrays.copyOfRange(args, 1, args.length);
    switch (args[0]) {
      case "about" -> about();
      case "ask-server" -> AskServer.run();
      case "ask-client" -> AskClient.run(rest);
      case "rpc-server" -> RpcServer.run();
      case "rpc-client" -> RpcClient.run(rest);
      case "fetch-server" -> FetchServer.chunks(rest);
      case "fetch-client" -> FetchClient.chunks(rest);
      case "blocks-client" -> FetchClient.blocks(rest);
      case "executor-server" -> ExecutorServer.run(rest);
      case "service-server" -> FetchServer.shuffle(rest);
      case "transport-server" -> TransportPeer.serve(rest);
      case "transport-client" -> TransportCalls.run(rest);
      case "block-server" -> BlockPeer.serve();
      case "block-client" -> BlockCalls.run(rest);
      case "shuffle-client" -> ShuffleCalls.run(rest);
      case "shuffle-job" -> ShuffleJob.run(rest);
      default -> throw new IllegalArgumentException("no peer " + args[0]);
    }
  }

  /** Says which Spark and Java this is, then with which options Spark's launcher starts a JVM. */
  private static void about() {
    say("Spark " + org.apache.spark.package$.MODULE$.SPARK_VERSION() + ", Scala "
        + scala.util.Properties.versionNumberString() + ", Netty " + io.netty.util.Version.identify().get("netty-common").artifactVersion()
        + ", Java " + Runtime.version());
    say(org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptions());
    end();
  }

  /** Says one line to the Go side. */
  static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** Waits for the next line from there; a peer that waits for some knows what they say. */
  static void awaitTold() throws InterruptedException {
    told.acquire();
  }

  /** Ends the process, whatever threads are left. */
  static void end() {
    Runtime.getRuntime().halt(0);
  }

  private static void endWithStandardInput() {
    Thread watch = new Thread(() -> {
      try {
        for (int c = System.in.read(); c >= 0; c = System.in.read()) {
          if (c == '\n') {
            told.release();
          }
        }
      } catch (java.io.IOException e) {
        say("stdin: " + e);
      }
      end();
    }, "stdin");
    watch.setDaemon(true);
    watch.start();
  }
}
