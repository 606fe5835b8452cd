// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import java.io.File;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.FileSegmentManagedBuffer;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.shuffle.ExternalBlockHandler;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;

/** Serves what lies in files: the blocks of one as chunks of any stream, or what executors have written. */
final class FetchServer extends StreamManager {
  private final File file;
  private final int block;

  private FetchServer(String[] args) {
    file = new File(args[0]);
    block = Integer.parseInt(args[1]);
  }

  /** Serves chunks; args are the file and the size of a chunk. */
  static void chunks(String[] args) throws InterruptedException {
    FetchServer server = new FetchServer(args);
    serve(new RpcHandler() {
      @Override
      public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
        callback.onFailure(new UnsupportedOperationException());
      }

      @Override
      public StreamManager getStreamManager() {
        return server;
      }
    });
  }

  /** Serves the blocks of executors whose folders are in that of args: Spark's external shuffle service. */
  static void shuffle(String[] args) throws Exception {
    serve(new ExternalBlockHandler(new TransportConf("shuffle", new MapConfigProvider(Map.of("spark.local.dir", args[0]))), null));
  }

  private static void serve(RpcHandler handler) throws InterruptedException {
    TransportServer server = new TransportContext(BlockPeer.conf(), handler).createServer(SparkRpcEnv.HOST, 0, List.of());
    Main.say("ready " + SparkRpcEnv.HOST + ":" + server.getPort());
    Thread.currentThread().join();
  }

  @Override
  public ManagedBuffer getChunk(long streamId, int index) {
    return new FileSegmentManagedBuffer(BlockPeer.conf(), file, (long) index * block, block);
  }
}
