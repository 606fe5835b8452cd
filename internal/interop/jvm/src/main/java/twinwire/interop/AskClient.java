// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import java.util.Arrays;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.util.ThreadUtils;
import scala.concurrent.ExecutionContext;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Asks the endpoint "echo" with a byte[] of 64 bytes. */
final class AskClient {
  private AskClient() {}

  /** Runs; args are the address, then those of {@link Load#run}. */
  static void run(String[] args) throws InterruptedException {
    RpcAddress server = RpcAddress.apply(HostPort.host(args[0]), HostPort.port(args[0]));
    RpcEndpointRef echo = SparkRpcEnv.client("bench-client").setupEndpointRef(server, "echo");
    ClassTag<byte[]> reply = ClassTag$.MODULE$.apply(byte[].class);
    ExecutionContext onTheSpot = ThreadUtils.sameThread();
    byte[] message = new byte[64];
    new Load(slot -> echo.<byte[]>ask(message, reply).onComplete(outcome -> {
      if (outcome.isFailure()) {
        slot.failed(outcome.failed().get());
      } else if (outcome.get().length != message.length) {
        slot.failed(new IllegalStateException("a reply of another length"));
      } else {
        slot.done();
      }
      return null;
    }, onTheSpot)).run(Arrays.copyOfRange(args, 1, args.length));
  }
}
