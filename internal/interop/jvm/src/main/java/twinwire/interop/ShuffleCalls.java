// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;


import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.Adler32;
import org.apache.spark.network.shuffle.ExternalBlockStoreClient;
import org.apache.spark.network.shuffle.ExternalShuffleBlockResolver;
import org.apache.spark.network.shuffle.protocol.ExecutorShuffleInfo;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;

/**
 * Spark's client of an external shuffle service against ours, and Spark's own resolver over the same files, which are ours
 * too: map 7 of shuffle 1, with blocks of 100, 0 and 100000 bytes of the pattern.
 */
final class ShuffleCalls extends Checks {
  private static final String APP = "app-1";
  private static final String EXEC = "exec-1";
  private static final String MANAGER = "org.apache.spark.shuffle.sort.SortShuffleManager";

  private final String host;
  private final int port;
  private final ExecutorShuffleInfo info;
  private final TransportConf conf;
  private final ExternalBlockStoreClient client;

  private ShuffleCalls(String address, String top, String[] dirs) {
    host = HostPort.host(address);
    port = HostPort.port(address);
    info = new ExecutorShuffleInfo(dirs, 64, MANAGER);
    conf = new TransportConf("shuffle", new MapConfigProvider(Map.of("spark.shuffle.io.maxRetries", "0", "spark.local.dir", top)));
    client = new ExternalBlockStoreClient(conf, null, false, 5000);
    client.init(APP);
  }

  /** Runs; the arguments are the service's address, its directory, the executor's local directories, and the sum of the last block. */
  static void run(String[] args) throws Exception {
    String[] dirs = Arrays.copyOfRange(args, 2, args.length - 1);
    ShuffleCalls calls = new ShuffleCalls(args[0], args[1], dirs);
    calls.registers();
    calls.fetches();
    calls.asks(Long.parseLong(args[args.length - 1]));
    calls.resolves();
    calls.removes();
    calls.done();
  }

  private void registers() {
    check("register an executor", () -> client.registerWithShuffleServer(host, port, EXEC, info));
    check("register with a directory elsewhere", () -> {
      try {
        client.registerWithShuffleServer(host, port, "bad", new ExecutorShuffleInfo(new String[] {"/etc"}, 64, MANAGER));
        throw new AssertionError("accepted");
      } catch (RuntimeException e) {
        holds("localDirs entry is not under any of the service's local directories: /etc", e.toString());
      }
    });
  }

  private void fetches() {
    check("fetch blocks", () -> fetch(EXEC, Map.of("shuffle_1_7_0", 100, "shuffle_1_7_1", 0, "shuffle_1_7_2", 100_000)));
    check("fetch a batch of one", () -> fetch(EXEC, Map.of("shuffle_1_7_2_3", 100_000)));
    check("fetch a batch with an empty block", () -> fetch(EXEC, Map.of("shuffle_1_7_0_2", 100)));
    check("fetch what is not there", () -> fails("shuffle_1_8_0", EXEC, "Failed to open file"));
    check("fetch from an unknown executor", () -> fails("shuffle_1_7_0", "nobody", "Executor is not registered (appId=app-1, execId=nobody)"));
  }

  private void fetch(String exec, Map<String, Integer> sizes) throws Exception {
    BlockCalls.Ends ends = new BlockCalls.Ends(sizes.size());
    client.fetchBlocks(host, port, exec, sizes.keySet().stream().sorted().toArray(String[]::new), ends, null);
    for (Map.Entry<String, Integer> block : sizes.entrySet()) {
      same(Pattern.sum(Pattern.bytes(block.getValue())), ends.await().get(block.getKey()));
    }
  }

  private void fails(String block, String exec, String text) throws Exception {
    BlockCalls.Ends ends = new BlockCalls.Ends(1);
    client.fetchBlocks(host, port, exec, new String[] {block}, ends, null);
    holds(text, ends.await().get(block));
  }

  private void asks(long sum) {
    check("local directories", () -> {
      CompletableFuture<Map<String, String[]>> dirs = new CompletableFuture<>();
      client.getHostLocalDirs(host, port, new String[] {EXEC}, dirs);
      same(Arrays.asList(info.localDirs), Arrays.asList(dirs.get(30, TimeUnit.SECONDS).get(EXEC)));
    });
    check("diagnose a block that is well", () ->
        same("CHECKSUM_VERIFY_PASS", client.diagnoseCorruption(host, port, EXEC, 1, 7, 2, sum, "ADLER32").toString()));
    check("diagnose what the network did", () ->
        same("NETWORK_ISSUE", client.diagnoseCorruption(host, port, EXEC, 1, 7, 2, sum + 1, "ADLER32").toString()));
  }

  private void resolves() {
    check("Spark's own resolver reads the files", () -> {
      ExternalShuffleBlockResolver resolver = new ExternalShuffleBlockResolver(conf, null);
      resolver.registerExecutor(APP, EXEC, info);
      same(Pattern.sum(Pattern.bytes(100)), Pattern.sum(resolver.getBlockData(APP, EXEC, 1, 7, 0).createInputStream()));
      same(0L, resolver.getBlockData(APP, EXEC, 1, 7, 1).size());
      same(Pattern.sum(Pattern.bytes(100_000)), Pattern.sum(resolver.getBlockData(APP, EXEC, 1, 7, 2).createInputStream()));
      same(100_100L, resolver.getContinuousBlocksData(APP, EXEC, 1, 7, 0, 3).size());
      same("CHECKSUM_VERIFY_PASS", resolver.diagnoseShuffleBlockCorruption(APP, EXEC, 1, 7, 0,
          adler(Pattern.bytes(100)), "ADLER32").toString());
    });
  }

  private static long adler(byte[] bytes) {
    Adler32 sum = new Adler32();
    sum.update(bytes);
    return sum.getValue();
  }

  private void removes() {
    check("remove blocks", () -> same(2, client.removeBlocks(host, port, EXEC,
        new String[] {"shuffle_1_7_0.data", "shuffle_1_7_0.index", "shuffle_1_8_0.data"}).get(30, TimeUnit.SECONDS)));
  }
}
