// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import static twinwire.interop.Checks.holds;
import static twinwire.interop.Checks.same;

import java.io.File;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.apache.spark.network.shuffle.BlockFetchingListener;
import org.apache.spark.network.shuffle.DownloadFile;
import org.apache.spark.network.shuffle.DownloadFileManager;
import org.apache.spark.network.shuffle.OneForOneBlockFetcher;
import org.apache.spark.network.shuffle.SimpleDownloadFile;
import org.apache.spark.network.shuffle.protocol.UploadBlock;
import org.apache.spark.network.shuffle.protocol.UploadBlockStream;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;

/** Spark's OneForOneBlockFetcher and its uploads against a block transfer service of ours. */
final class BlockCalls extends Checks {
  private final TransportClient client;

  private BlockCalls(TransportClient client) {
    this.client = client;
  }

  /** Runs; the argument is the service's address. */
  static void run(String[] args) throws Exception {
    BlockCalls calls = new BlockCalls(new TransportContext(BlockPeer.conf(), new NoOpRpcHandler()).createClientFactory()
        .createClient(HostPort.host(args[0]), HostPort.port(args[0])));
    calls.fetches();
    calls.uploads();
    calls.done();
  }

  private void fetches() {
    TransportConf conf = BlockPeer.conf();
    check("open blocks", () -> fetch(conf, null, Map.of("rdd_0_10", 10, "rdd_0_0", 0, "rdd_0_1000000", 1_000_000)));
    Map<String, Integer> shuffle = Map.of("shuffle_1_2_3", 123, "shuffle_1_2_4", 124, "shuffle_1_5_3", 153);
    check("fetch shuffle blocks", () -> fetch(conf, null, shuffle));
    check("fetch shuffle blocks in batches", () -> fetch(conf, null, Map.of("shuffle_1_2_3_5", 123 + 124, "shuffle_1_4_0_2", 140 + 141)));
    TransportConf old = new TransportConf("shuffle", new MapConfigProvider(Map.of("spark.shuffle.useOldFetchProtocol", "true")));
    check("open blocks of a shuffle", () -> fetch(old, null, shuffle));
    check("blocks to files", () -> fetch(conf, new TempFiles(), Map.of("rdd_0_10", 10, "rdd_0_1000000", 1_000_000)));
    check("missing block", () -> {
      Ends ends = new Ends(1);
      new OneForOneBlockFetcher(client, BlockPeer.APP, "1", new String[] {"rdd_9_9"}, ends, conf).start();
      holds("rdd_9_9", ends.await().get("rdd_9_9"));
      holds("BlockNotFoundException", ends.await().get("rdd_9_9"));
    });
  }

  private void fetch(TransportConf conf, DownloadFileManager files, Map<String, Integer> sizes) throws Exception {
    Ends ends = new Ends(sizes.size());
    String[] ids = sizes.keySet().stream().sorted().toArray(String[]::new);
    new OneForOneBlockFetcher(client, BlockPeer.APP, "1", ids, ends, conf, files).start();
    Map<String, String> got = ends.await();
    for (String id : ids) {
      same(id + " " + Pattern.sum(Pattern.bytes(sizes.get(id))), id + " " + got.get(id));
    }
  }

  private void uploads() {
    byte[] metadata = {1, 2, 3};
    check("upload in one message", () -> {
      Outcome outcome = new Outcome();
      client.sendRpc(new UploadBlock(BlockPeer.APP, "1", "rdd_1_1", metadata, Pattern.bytes(1000)).toByteBuffer(), outcome);
      same(0, outcome.bytes().length);
    });
    check("upload as a stream", () -> {
      Outcome outcome = new Outcome();
      client.uploadStream(new NioManagedBuffer(new UploadBlockStream("rdd_1_2", metadata).toByteBuffer()),
          new NioManagedBuffer(Pattern.buffer(1_000_000)), outcome);
      same(0, outcome.bytes().length);
    });
    check("garbage", () -> {
      Outcome outcome = new Outcome();
      client.sendRpc(ByteBuffer.wrap(new byte[] {99}), outcome);
      holds("java.lang.IllegalArgumentException: Unknown message type: 99", outcome.failure());
    });
  }

  /** How each block ended: its sum, or the failure. */
  static final class Ends implements BlockFetchingListener {
    private final Map<String, String> ends = new ConcurrentHashMap<>();
    private final CountDownLatch missing;

    Ends(int blocks) {
      missing = new CountDownLatch(blocks);
    }

    @Override
    public void onBlockFetchSuccess(String id, ManagedBuffer data) {
      try {
        end(id, Pattern.sum(data.createInputStream()));
      } catch (java.io.IOException e) {
        end(id, e.toString());
      }
    }

    @Override
    public void onBlockFetchFailure(String id, Throwable cause) {
      end(id, cause.toString());
    }

    private void end(String id, String what) {
      String before = ends.put(id, what);
      if (before != null) {
        ends.put(id, "twice: " + before + ", " + what);
      }
      missing.countDown();
    }

    Map<String, String> await() throws InterruptedException {
      if (!missing.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("ended: " + ends);
      }
      return ends;
    }
  }

  private static final class TempFiles implements DownloadFileManager {
    @Override
    public DownloadFile createTempFile(TransportConf conf) {
      try {
        File file = File.createTempFile("block", null);
        file.deleteOnExit();
        return new SimpleDownloadFile(file, conf);
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public boolean registerTempFileToClean(DownloadFile file) {
      return file.delete();
    }
  }
}
