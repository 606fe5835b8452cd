// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.NoOpRpcHandler;

/** Sends raw requests of 64 bytes over one TransportClient. */
final class RpcClient {
  private RpcClient() {}

  static TransportClient connect(String address) throws Exception {
    return new TransportContext(RpcServer.conf(), new NoOpRpcHandler()).createClientFactory()
        .createClient(HostPort.host(address), HostPort.port(address));
  }

  /** Runs; args are the address, then those of {@link Load#run}. */
  static void run(String[] args) throws Exception {
    TransportClient client = connect(args[0]);
    byte[] body = new byte[64];
    new Load(slot -> client.sendRpc(ByteBuffer.wrap(body), new RpcResponseCallback() {
      @Override
      public void onSuccess(ByteBuffer answer) {
        if (answer.remaining() == body.length) {
          slot.done();
        } else {
          slot.failed(new IllegalStateException("an answer of another length"));
        }
      }

      @Override
      public void onFailure(Throwable cause) {
        slot.failed(cause);
      }
    })).run(Arrays.copyOfRange(args, 1, args.length));
  }
}
