// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpoint;
import org.apache.spark.rpc.RpcEnv;
import scala.Function1;
import scala.PartialFunction;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/** An RpcEnv with the endpoint "echo", which answers an ask with its message. */
final class AskServer {
  private AskServer() {}

  static void run() {
    RpcEnv env = SparkRpcEnv.server("bench-server");
    env.setupEndpoint("echo", new Echo(env));
    Main.say("ready " + env.address().hostPort());
    env.awaitTermination();
  }

  private record Echo(RpcEnv rpcEnv) implements RpcEndpoint {
    @Override
    public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext context) {
      return new Reply(context);
    }
  }

  private static final class Reply extends AbstractPartialFunction<Object, BoxedUnit> {
    private final RpcCallContext context;

    Reply(RpcCallContext context) {
      this.context = context;
    }

    @Override
    public boolean isDefinedAt(Object message) {
      return true;
    }

    @Override
    public <A, B> B applyOrElse(A message, Function1<A, B> otherwise) {
      context.reply(message);
      @SuppressWarnings("unchecked")
      B unit = (B) BoxedUnit.UNIT;
      return unit;
    }
  }
}
