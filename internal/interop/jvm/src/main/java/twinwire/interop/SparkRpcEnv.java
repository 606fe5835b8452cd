// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.rpc.RpcEnv;

/** Makes Spark's RpcEnv with Spark's defaults. */
final class SparkRpcEnv {
  static final String HOST = "127.0.0.1";

  private SparkRpcEnv() {}

  static RpcEnv server(String name) {
    return create(name, false);
  }

  /** An env that listens nowhere, as an executor's. */
  static RpcEnv client(String name) {
    return create(name, true);
  }

  private static RpcEnv create(String name, boolean clientMode) {
    SparkConf conf = new SparkConf(false);
    SecurityManager security = new SecurityManager(conf,
        SecurityManager.$lessinit$greater$default$2(), SecurityManager.$lessinit$greater$default$3());
    return RpcEnv.create(name, HOST, 0, conf, security, clientMode);
  }
}
