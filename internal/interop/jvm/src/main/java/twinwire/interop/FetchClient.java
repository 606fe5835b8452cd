// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.client.ChunkReceivedCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.apache.spark.network.shuffle.BlockFetchingListener;
import org.apache.spark.network.shuffle.OneForOneBlockFetcher;

/**
 * Fetches from a FetchServer and drops what comes, unread. The last arguments are the size of a block, how many the file
 * has and, of {@link #blocks}, how many are one call.
 */
final class FetchClient {
  private final TransportClient client;
  private final int block;
  private final int count;
  private final int each;
  private final AtomicInteger next = new AtomicInteger();

  private FetchClient(String[] args) throws Exception {
    client = new TransportContext(BlockPeer.conf(), new NoOpRpcHandler()).createClientFactory()
        .createClient(HostPort.host(args[0]), HostPort.port(args[0]));
    block = Integer.parseInt(args[4]);
    count = Integer.parseInt(args[5]);
    each = Integer.parseInt(args[6]);
  }

  /** Fetches chunks, each a call; args are the address, those of {@link Load#run}, then the numbers. */
  static void chunks(String[] args) throws Exception {
    new Load(new FetchClient(args)::chunk).run(Arrays.copyOfRange(args, 1, 4));
  }

  /** Fetches shuffle blocks, so many a call, which are those of one map, with a OneForOneBlockFetcher. */
  static void blocks(String[] args) throws Exception {
    new Load(new FetchClient(args)::fetch).run(Arrays.copyOfRange(args, 1, 4));
  }

  private int following() {
    return Math.floorMod(next.getAndIncrement(), count);
  }

  private void chunk(Load.Slot slot) {
    client.fetchChunk(1, following(), new ChunkReceivedCallback() {
      @Override
      public void onSuccess(int index, ManagedBuffer data) {
        if (data.size() == block) {
          slot.done();
        } else {
          slot.failed(new IllegalStateException("a chunk of another size"));
        }
      }

      @Override
      public void onFailure(int index, Throwable cause) {
        slot.failed(cause);
      }
    });
  }

  private void fetch(Load.Slot slot) {
    String[] ids = new String[each];
    for (int i = 0; i < each; i++) {
      int n = following();
      ids[i] = "shuffle_1_" + n / each + "_" + n % each;
    }
    AtomicInteger missing = new AtomicInteger(each);
    new OneForOneBlockFetcher(client, BlockPeer.APP, "1", ids, new BlockFetchingListener() {
      @Override
      public void onBlockFetchSuccess(String id, ManagedBuffer data) {
        if (data.size() != block) {
          slot.failed(new IllegalStateException("a block of another size"));
        } else if (missing.decrementAndGet() == 0) {
          slot.done();
        }
      }

      @Override
      public void onBlockFetchFailure(String id, Throwable cause) {
        slot.failed(cause);
      }
    }, BlockPeer.conf()).start();
  }
}
