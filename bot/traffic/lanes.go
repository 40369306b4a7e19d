package traffic

import (
	"slices"
	"sync"
)

// Lanes do the jobs of one conversation one after the other, and those of several
// side by side. How many there are at a time is bounded by who adds them. The zero
// value is ready.
type Lanes[Conversation comparable] struct {
	mu      sync.Mutex
	waiting map[Conversation][]job // a conversation has an entry while a goroutine works on it
	empty   chan struct{}          // closed when the last goroutine ends; nil when nobody waits
}

type job struct {
	written int64
	do      func()
}

// Add does the job after those of the same conversation that are under way or were
// written before it. Platforms deliver side by side, so that what was written later
// may arrive first: written is any number that grows within a conversation.
func (l *Lanes[C]) Add(in C, written int64, do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting == nil {
		l.waiting = map[C][]job{}
	}
	if jobs, busy := l.waiting[in]; busy {
		at := len(jobs)
		for at > 0 && jobs[at-1].written > written {
			at--
		}
		l.waiting[in] = slices.Insert(jobs, at, job{written, do})
		return
	}
	l.waiting[in] = nil
	go func() {
		for do != nil {
			do()
			do = l.next(in)
		}
	}()
}

func (l *Lanes[C]) next(in C) func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	jobs := l.waiting[in]
	if len(jobs) == 0 {
		delete(l.waiting, in)
		if len(l.waiting) == 0 && l.empty != nil {
			close(l.empty)
			l.empty = nil
		}
		return nil
	}
	l.waiting[in] = jobs[1:]
	return jobs[0].do
}

// Wait returns when no job is left.
func (l *Lanes[C]) Wait() {
	l.mu.Lock()
	if len(l.waiting) == 0 {
		l.mu.Unlock()
		return
	}
	if l.empty == nil {
		l.empty = make(chan struct{})
	}
	empty := l.empty
	l.mu.Unlock()
	<-empty
}
