// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import java.io.File;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.network.BlockDataManager;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.FileSegmentManagedBuffer;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.StreamCallbackWithID;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.netty.NettyBlockRpcServer;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.shuffle.ExternalBlockHandler;
import org.apache.spark.network.shuffle.checksum.Cause;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.StorageLevel;
import scala.Option;
import scala.reflect.ClassTag;

/** Serves the blocks of a file: as chunks of any stream, or as the blocks "rdd_0_N" of Spark's NettyBlockRpcServer. */
final class FetchServer extends StreamManager implements BlockDataManager {
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

  /** Serves blocks; args are the file and the size of a block. */
  static void blocks(String[] args) throws InterruptedException {
    serve(new NettyBlockRpcServer(BlockPeer.APP, new JavaSerializer(new SparkConf(false)), new FetchServer(args)));
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

  private ManagedBuffer segment(int index) {
    return new FileSegmentManagedBuffer(BlockPeer.conf(), file, (long) index * block, block);
  }

  @Override
  public ManagedBuffer getChunk(long streamId, int index) {
    return segment(index);
  }

  @Override
  public ManagedBuffer getLocalBlockData(BlockId id) {
    String name = id.name();
    return segment(Integer.parseInt(name.substring(name.lastIndexOf('_') + 1)));
  }

  // As in Spark up to 4.2, then as from 4.3 on.

  public boolean putBlockData(BlockId id, ManagedBuffer data, StorageLevel level, ClassTag<?> tag) {
    throw new UnsupportedOperationException();
  }

  public StreamCallbackWithID putBlockDataAsStream(BlockId id, StorageLevel level, ClassTag<?> tag) {
    throw new UnsupportedOperationException();
  }

  public boolean putBlockData(BlockId id, ManagedBuffer data, StorageLevel level, ClassTag<?> tag, Option<Object> sum, boolean verify) {
    throw new UnsupportedOperationException();
  }

  public StreamCallbackWithID putBlockDataAsStream(BlockId id, StorageLevel level, ClassTag<?> tag, Option<Object> sum, boolean verify) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void releaseLock(BlockId id, Option<TaskContext> task) {}

  @Override
  public Cause diagnoseShuffleBlockCorruption(BlockId id, long checksum, String algorithm) {
    return Cause.UNKNOWN_ISSUE;
  }

  @Override
  public String[] getLocalDiskDirs() {
    return new String[0];
  }

  @Override
  public ManagedBuffer getHostLocalShuffleData(BlockId id, String[] dirs) {
    throw new UnsupportedOperationException();
  }
}
