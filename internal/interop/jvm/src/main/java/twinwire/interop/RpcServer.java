// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import java.nio.ByteBuffer;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;

/** A TransportServer whose handler answers a request with its body. */
final class RpcServer {
  private RpcServer() {}

  static TransportConf conf() {
    return new TransportConf("rpc", MapConfigProvider.EMPTY);
  }

  static void run() throws InterruptedException {
    TransportServer server = new TransportContext(conf(), new Echo()).createServer(SparkRpcEnv.HOST, 0, java.util.List.of());
    Main.say("ready " + SparkRpcEnv.HOST + ":" + server.getPort());
    Thread.currentThread().join();
  }

  private static final class Echo extends RpcHandler {
    private final StreamManager streams = new OneForOneStreamManager();

    @Override
    public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
      callback.onSuccess(copy(message));
    }

    @Override
    public StreamManager getStreamManager() {
      return streams;
    }
  }

  /** The message belongs to the connection, which may write the answer later than it frees the message. */
  static ByteBuffer copy(ByteBuffer message) {
    ByteBuffer own = ByteBuffer.allocate(message.remaining());
    own.put(message).flip();
    return own;
  }
}
