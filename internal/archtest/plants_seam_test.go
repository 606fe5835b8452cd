// SPDX-License-Identifier: Apache-2.0

package archtest

// seamPlants break the rules of the stack that both worlds run.
func seamPlants() []plant {
	flow := func(name string, files map[string]string, want ...string) plant {
		return plant{"no goroutine, select or channel under the seam", name, files, want}
	}
	past := func(name string, files map[string]string, want ...string) plant {
		return plant{"nothing of the machine under the seam", name, files, want}
	}
	const machine = "nothing of the machine under the seam"
	return []plant{
		flow("go", body("internal/a/a.go", "func f() {\n\tgo f()\n}"), "internal/a/a.go:10: go statement; instead: Runtime.Go"),
		flow("select", body("api/a.go", "func f() {\n\tselect {}\n}"), "api/a.go:10: select"),
		flow("channels", body("internal/a/a.go", "func f(c chan int) {\n\tc <- 1\n\t<-c\n\tclose(c)\n}"),
			"a.go:9: channel type", "a.go:10: send", "a.go:11: receive", "a.go:12: close of a channel"),
		flow("receive from a foreign context", body("internal/a/a.go", "func f() {\n\t<-ctx.Done()\n\tfor range ctx.Done() {\n\t}\n}"), "a.go:10: receive", "a.go:11: receive"),
		flow("the context file", body(contextFile, "type c struct{ done chan struct{} }\n\nfunc f(x c) <-chan struct{} {\n\tx.done = make(chan struct{})\n\tclose(x.done)\n\treturn x.done\n}")),
		flow("the context file never receives", body(contextFile, "func f(c chan struct{}) {\n\t<-c\n\tselect {}\n\tgo f(c)\n}"), "receive", "select", "go statement"),
		flow("the context file knows no other channel", body(contextFile, "var c chan int"), "channel type"),
		flow("own close", body("internal/a/a.go", "func (c conn) close() {}\n\nfunc f(c conn) { c.close() }\n\nfunc g() {\n\tclose := func() {}\n\tclose()\n}")),
		flow("tests, worlds and tooling", map[string]string{
			"api/a_test.go": "package p\n\nfunc f() { go f() }\n", "netty/a.go": "package p\n\nfunc f() { go f() }\n",
			"internal/archtest/a.go": "package p\n\nfunc f() { go f() }\n",
		}),

		past("time", body("internal/a/a.go", "func f() {\n\ttime.Now()\n\ttime.Since(t)\n\ttime.Until(t)\n\ttime.Sleep(1)\n\t<-time.After(1)\n\ttime.Tick(1)\n\ttime.NewTimer(1)\n\ttime.NewTicker(1)\n\ttime.AfterFunc(1, f)\n}", "time"),
			"a.go:10: time.Now; instead: Runtime.Now", "time.Since", "time.Until", "a.go:13: time.Sleep; instead: api.Sleep", "time.After", "time.Tick", "time.NewTimer", "time.NewTicker", "time.AfterFunc"),
		past("a function value", body("api/a.go", "var now = time.Now", "time"), "time.Now"),
		past("time as a value", body("api/a.go", "const d = 2 * time.Second\n\nfunc f(t time.Time) time.Duration { return t.Sub(time.Unix(0, 0)) }", "time")),
		past("contexts", body("internal/a/a.go", "func f() {\n\tcontext.WithTimeout(c, 1)\n\tcontext.WithTimeoutCause(c, 1, nil)\n\tcontext.WithDeadline(c, t)\n\tcontext.WithDeadlineCause(c, t, nil)\n\tcontext.AfterFunc(c, f)\n\tcontext.Cause(c)\n}", "context"),
			"context.WithTimeout; instead: api.WithTimeout", "context.WithTimeoutCause", "context.WithDeadline", "context.WithDeadlineCause", "context.AfterFunc"),
		past("locks", body("internal/a/a.go", "type t struct {\n\ta sync.Mutex\n\tb sync.RWMutex\n\tc sync.Cond\n\td sync.WaitGroup\n\te sync.Once\n\tf sync.Map\n\tg sync.Pool\n\th sync.Locker\n}\n\nfunc f() { sync.OnceFunc(f); sync.OnceValue(g); sync.NewCond(l) }", "sync"),
			"a.go:10: sync.Mutex; instead: Runtime.NewMutex", "sync.RWMutex", "sync.Cond", "sync.WaitGroup", "sync.Once", "sync.Map", "sync.OnceFunc", "sync.OnceValue", "sync.NewCond"),
		past("luck", body("internal/a/a.go", "func f() { rand.IntN(3); rand.New(rand.NewPCG(1, 2)) }", "math/rand/v2"), "math/rand/v2.IntN; instead: Runtime.Rand"),
		past("old luck", body("internal/a/a.go", "func f() { rand.Intn(3); rand.New(rand.NewSource(1)) }", "math/rand"), "math/rand.Intn"),
		{machine, "whole packages", body("internal/a/a.go", "", "crypto/rand", "hash/maphash", "log", "path/filepath"),
			[]string{"a.go:4: import of crypto/rand; instead: Runtime.Entropy", "a.go:5: import of hash/maphash", "import of log", "import of path/filepath"}},
		past("the processor", body("internal/a/a.go", "func f() {\n\truntime.NumCPU()\n\truntime.GOMAXPROCS(1)\n\truntime.SetFinalizer(a, b)\n\truntime.AddCleanup(a, b, c)\n\truntime.KeepAlive(a)\n}", "runtime"),
			"runtime.NumCPU", "runtime.GOMAXPROCS", "runtime.SetFinalizer", "runtime.AddCleanup"),
		past("the system", body("internal/a/a.go", "func f() {\n\tos.Open(\"x\")\n\tos.Getenv(\"x\")\n\tos.Getpid()\n\tos.Hostname()\n\terrors.Is(err, os.ErrNotExist)\n}", "os", "errors"),
			"a.go:10: os.Open; instead: api.Files", "os.Getenv", "os.Getpid", "os.Hostname"),
		past("logging", body("internal/a/a.go", "func f(l *slog.Logger) { slog.Info(\"x\"); l.Info(\"x\") }", "log/slog"), "log/slog.Info"),
		past("coroutines", body("internal/a/a.go", "func f(s iter.Seq[int]) { iter.Pull(s) }", "iter"), "iter.Pull"),
		past("keys", body("internal/a/a.go", "func f() { ecdh.X25519().GenerateKey(r); ecdh.X25519().NewPrivateKey(b) }", "crypto/ecdh"), "ecdh GenerateKey ignores its reader"),
		past("another GenerateKey", body("internal/a/a.go", "func f() { keys.GenerateKey(r) }")),
		past("tests and worlds", map[string]string{
			"api/a_test.go": "package p\n\nimport \"time\"\n\nvar now = time.Now\n", "netty/a.go": "package p\n\nimport \"time\"\n\nvar now = time.Now\n",
		}),
	}
}
