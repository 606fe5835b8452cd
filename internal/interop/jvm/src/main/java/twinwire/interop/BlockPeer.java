// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.network.BlockDataManager;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.StreamCallbackWithID;
import org.apache.spark.network.netty.NettyBlockRpcServer;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.shuffle.checksum.Cause;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockNotFoundException;
import org.apache.spark.storage.StorageLevel;
import scala.Option;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Spark's NettyBlockRpcServer. A block "rdd_0_N" is N bytes of the pattern, "shuffle_S_M_R" is 100 S + 10 M + R bytes,
 * "rdd_9_9" is not there; what is uploaded is told: "put id sum level".
 */
final class BlockPeer implements BlockDataManager {
  static final String APP = "app";

  private BlockPeer() {}

  static TransportConf conf() {
    return new TransportConf("shuffle", MapConfigProvider.EMPTY);
  }

  /** Serves; says the address and, in hexadecimal, the metadata of an upload that Spark would make. */
  static void serve() throws InterruptedException {
    JavaSerializer serializer = new JavaSerializer(new SparkConf(false));
    NettyBlockRpcServer handler = new NettyBlockRpcServer(APP, serializer, new BlockPeer());
    TransportServer server = new TransportContext(conf(), handler).createServer(SparkRpcEnv.HOST, 0, List.of());
    ClassTag<Object> any = ClassTag$.MODULE$.apply(Object.class);
    ByteBuffer metadata = serializer.newInstance().serialize(metadata(StorageLevel.DISK_ONLY(), any), any);
    Main.say("ready " + SparkRpcEnv.HOST + ":" + server.getPort() + " "
        + HexFormat.of().formatHex(metadata.array(), 0, metadata.limit()));
    Thread.currentThread().join();
  }

  /** What Spark says of an upload: up to 4.2 a tuple, from 4.3 on a class of its own. */
  private static Object metadata(StorageLevel level, ClassTag<Object> tag) {
    try {
      return Class.forName("org.apache.spark.network.netty.BlockReplicationMetadata").getConstructors()[0]
          .newInstance(level, tag, Option.empty(), false);
    } catch (ClassNotFoundException e) {
      return new Tuple2<Object, Object>(level, tag);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public ManagedBuffer getLocalBlockData(BlockId id) {
    String[] parts = id.name().split("_");
    if (id.isShuffle()) {
      return sized(100 * Integer.parseInt(parts[1]) + 10 * Integer.parseInt(parts[2]) + Integer.parseInt(parts[3]));
    }
    if (id.name().equals("rdd_9_9")) {
      throw BlockPeer.<RuntimeException>unchecked(new BlockNotFoundException(id.name()));
    }
    return sized(Integer.parseInt(parts[2]));
  }

  /** Spark throws it from Scala, which checks nothing. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException unchecked(Throwable cause) throws E {
    throw (E) cause;
  }

  private static ManagedBuffer sized(int size) {
    return new NioManagedBuffer(Pattern.buffer(size));
  }

  /** As in Spark from 4.3 on. */
  public boolean putBlockData(BlockId id, ManagedBuffer data, StorageLevel level, ClassTag<?> tag, Option<Object> sum, boolean verify) {
    return putBlockData(id, data, level, tag);
  }

  /** As in Spark up to 4.2. */
  public boolean putBlockData(BlockId id, ManagedBuffer data, StorageLevel level, ClassTag<?> tag) {
    try {
      Main.say("put " + id.name() + " " + Pattern.sum(data.createInputStream()) + " " + level.description());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return true;
  }

  /** As in Spark from 4.3 on. */
  public StreamCallbackWithID putBlockDataAsStream(
      BlockId id, StorageLevel level, ClassTag<?> tag, Option<Object> sum, boolean verify) {
    return putBlockDataAsStream(id, level, tag);
  }

  /** As in Spark up to 4.2. */
  public StreamCallbackWithID putBlockDataAsStream(BlockId id, StorageLevel level, ClassTag<?> tag) {
    Pattern.Sum sum = new Pattern.Sum();
    return new StreamCallbackWithID() {
      @Override
      public String getID() {
        return id.name();
      }

      @Override
      public void onData(String name, ByteBuffer data) {
        sum.add(data);
      }

      @Override
      public void onComplete(String name) {
        Main.say("put " + name + " " + sum + " " + level.description());
      }

      @Override
      public void onFailure(String name, Throwable cause) {}
    };
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
