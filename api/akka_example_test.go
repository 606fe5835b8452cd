// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

type (
	Greet    struct{ Name string }
	Greeting struct {
		Text   string
		Number int
	}
	Job        struct{ Name string }
	WorkerGone struct {
		Worker api.RpcEndpointRef
		Cause  string
	}
	Open    struct{}
	IsOpen  struct{}
	Timeout struct{ Entered int }
	Join    struct {
		Name   string
		Worker api.RpcEndpointRef
	}
	Left  Join
	Batch struct{ Items []int }
)

func greeter() api.RpcEndpoint {
	greeted := 0
	return api.Handlers(
		api.OnAsk(func(_ api.RpcCallContext, m Greet) (Greeting, error) {
			greeted++
			return Greeting{Text: "hello " + m.Name, Number: greeted}, nil
		}),
	)
}

func restarting(start func() func(Job) error) api.RpcEndpoint {
	work := start()
	return api.Handlers(
		api.OnSend(func(_ api.RpcCallContext, j Job) error { return work(j) }),
		api.OnError(func(error) { work = start() }),
	)
}

func watchWorker(env api.RpcEnv, worker, self api.RpcEndpointRef) (stop func()) {
	return env.Watch(worker, func(cause error) {
		_ = self.Send(WorkerGone{Worker: worker, Cause: cause.Error()}) // fails only when this env has stopped
	})
}

func door(env api.RpcEnv) api.RpcEndpoint {
	open, entered := false, 0
	return api.Handlers(
		api.OnAsk(func(call api.RpcCallContext, _ Open) (string, error) {
			open, entered = true, entered+1
			late := Timeout{Entered: entered}
			env.Runtime().AfterFunc(time.Minute, func() { _ = call.Self().Send(late) })
			return "open", nil
		}),
		api.OnSend(func(_ api.RpcCallContext, m Timeout) error {
			open = open && m.Entered != entered
			return nil
		}),
		api.OnAsk(func(api.RpcCallContext, IsOpen) (bool, error) { return open, nil }),
	)
}

func members(env api.RpcEnv) api.RpcEndpoint {
	all := map[string]api.RpcEndpointRef{}
	return api.Handlers(
		api.OnAsk(func(call api.RpcCallContext, m Join) (int, error) {
			all[m.Name] = m.Worker
			env.Watch(m.Worker, func(error) { _ = call.Self().Send(Left(m)) })
			return len(all), nil
		}),
		api.OnSend(func(_ api.RpcCallContext, m Left) error {
			if all[m.Name].Equal(m.Worker) { // not one that has joined since
				delete(all, m.Name)
			}
			return nil
		}),
	)
}

func push(ctx context.Context, to api.RpcEndpointRef, items []int) error {
	for batch := range slices.Chunk(items, 100) {
		if err := to.Ask(ctx, Batch{Items: batch}, nil); err != nil {
			return err
		}
	}
	return nil
}

// akka runs body with two envs. It is to take no longer than a minute.
func akka(body func(ctx context.Context, server, client api.RpcEnv)) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	server, err := netty.NewRpcEnv(netty.Config{Bind: "127.0.0.1:0"})
	if err != nil {
		panic(err)
	}
	client, err := netty.NewRpcEnv(netty.Config{})
	if err != nil {
		panic(err)
	}
	body(ctx, server, client)
	if err := errors.Join(client.Shutdown(ctx), server.Shutdown(ctx)); err != nil {
		panic(err)
	}
}

// at sets e up at server, and returns it as client sees it.
func at(server, client api.RpcEnv, name string, e api.RpcEndpoint) api.RpcEndpointRef {
	ref, err := server.SetupEndpoint(name, e)
	if err != nil {
		panic(err)
	}
	return client.EndpointRef(ref.Address())
}

func Example_actor() {
	akka(func(ctx context.Context, server, client api.RpcEnv) {
		ref := at(server, client, "greeter", greeter())
		fmt.Println(api.Ask[Greeting](ctx, ref, Greet{Name: "you"}))
		fmt.Println(api.Ask[Greeting](ctx, ref, Greet{Name: "you again"}))
	})
	// Output:
	// {hello you 1} <nil>
	// {hello you again 2} <nil>
}

func Example_supervision() {
	akka(func(ctx context.Context, server, client api.RpcEnv) {
		done := api.NewQueue[string](client.Runtime(), 0)
		ref := at(server, client, "worker", restarting(func() func(Job) error {
			n := 0
			return func(j Job) error {
				if j.Name == "bad" {
					panic("bad job")
				}
				n++
				return done.Put(ctx, fmt.Sprint(j.Name, ", job ", n))
			}
		}))
		for _, name := range []string{"one", "two", "bad", "three"} {
			if err := ref.Send(Job{Name: name}); err != nil {
				panic(err)
			}
		}
		for range 3 {
			fmt.Println(done.Get(ctx))
		}
	})
	// Output:
	// one, job 1 <nil>
	// two, job 2 <nil>
	// three, job 1 <nil>
}

func Example_deathWatch() {
	akka(func(ctx context.Context, server, client api.RpcEnv) {
		gone := api.NewQueue[WorkerGone](client.Runtime(), 0)
		self, err := client.SetupEndpoint("scheduler", api.Handlers(
			api.OnSend(func(_ api.RpcCallContext, m WorkerGone) error { return gone.Put(ctx, m) }),
		))
		if err != nil {
			panic(err)
		}
		worker := at(server, client, "worker", greeter())
		stop := watchWorker(client, worker, self)
		defer stop()
		server.Stop(worker)
		m, err := gone.Get(ctx)
		fmt.Println(m.Worker.Name(), err)
	})
	// Output:
	// worker <nil>
}

func Example_stateMachine() {
	akka(func(ctx context.Context, server, client api.RpcEnv) {
		ref := at(server, client, "door", door(server))
		fmt.Println(api.Ask[string](ctx, ref, Open{}))
		if err := ref.Send(Timeout{Entered: 0}); err != nil { // a late one
			panic(err)
		}
		fmt.Println(api.Ask[bool](ctx, ref, IsOpen{}))
		if err := ref.Send(Timeout{Entered: 1}); err != nil {
			panic(err)
		}
		fmt.Println(api.Ask[bool](ctx, ref, IsOpen{}))
	})
	// Output:
	// open <nil>
	// true <nil>
	// false <nil>
}

func Example_cluster() {
	akka(func(ctx context.Context, server, client api.RpcEnv) {
		ref := at(server, client, "members", members(server))
		a, b := at(server, client, "a", greeter()), at(server, client, "b", greeter())
		fmt.Println(api.Ask[int](ctx, ref, Join{Name: "a", Worker: a}))
		fmt.Println(api.Ask[int](ctx, ref, Join{Name: "b", Worker: b}))
	})
	// Output:
	// 1 <nil>
	// 2 <nil>
}

func Example_stream() {
	akka(func(ctx context.Context, server, client api.RpcEnv) {
		sum := 0
		ref := at(server, client, "sink", api.Handlers(
			api.OnAsk(func(_ api.RpcCallContext, m Batch) (int, error) {
				for _, n := range m.Items {
					sum += n
				}
				return len(m.Items), nil
			}),
		))
		items := make([]int, 1000)
		for i := range items {
			items[i] = i
		}
		fmt.Println(push(ctx, ref, items), sum)
	})
	// Output:
	// <nil> 499500
}

// TestAkkaPageIsTrue: each fragment of the page stands in this file.
func TestAkkaPageIsTrue(t *testing.T) {
	page, err := os.ReadFile("AKKA.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("akka_example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(page), "\n"); n > 120 {
		t.Errorf("a page of %d lines", n)
	}
	fragments := strings.Split(string(page), "```go\n")[1:]
	if len(fragments) != 6 {
		t.Errorf("%d fragments", len(fragments))
	}
	for _, f := range fragments {
		f, _, _ = strings.Cut(f, "```")
		if !strings.Contains(string(code), f) {
			t.Errorf("not compiled:\n%s", f)
		}
	}
}
