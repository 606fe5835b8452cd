// SPDX-License-Identifier: Apache-2.0

package memnet

// bury ends tasks of hosts that crashed, so that what they alone hold can be freed while the run lasts: those whose end
// nobody can notice. The others stay as they are until the result is sealed.
//
//go:norace
func (w *World) bury() {
	if w.deferral == nil {
		w.deferral = newDeferral()
	}
	var dead []*task
	for _, inc := range w.fallen {
		for _, t := range inc.tasks {
			if t.coro != nil {
				dead = append(dead, t)
			}
		}
		w.points += inc.points()
		inc.tasks = nil
	}
	clear(w.fallen)
	w.fallen = w.fallen[:0]
	w.goHome()
	w.burying = true
	done := make(chan struct{})
	go buryAll(dead, done)
	<-done
	w.burying = false
	kept := w.coros[:0]
	for _, c := range w.coros {
		if !c.ended {
			kept = append(kept, c)
		}
	}
	clear(w.coros[len(kept):])
	w.coros = kept
}

// buryAll resumes one task after the other, for it to end if it may. One that ends can take the goroutine with it that
// resumed it; then another one goes on.
//
//go:norace
func buryAll(dead []*task, done chan<- struct{}) {
	defer func() {
		if len(dead) == 0 {
			close(done)
			return
		}
		dead[0].f = nil
		go buryAll(dead[1:], done)
	}()
	for len(dead) > 0 {
		dead[0].coro.swap()
		if dead[0].coro.ended {
			dead[0].f = nil
		}
		dead = dead[1:]
	}
}
