package traffic

import "sync"

// Lanes do the jobs of one conversation in their order, and those of several side
// by side. How many there are at a time is bounded by who adds them. The zero
// value is ready.
type Lanes[Conversation comparable] struct {
	mu      sync.Mutex
	waiting map[Conversation][]func() // a conversation has an entry while a goroutine works on it
	empty   chan struct{}             // closed when the last goroutine ends; nil when nobody waits
}

// Add does the job once those of the same conversation before it are done.
func (l *Lanes[C]) Add(in C, job func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting == nil {
		l.waiting = map[C][]func(){}
	}
	if _, busy := l.waiting[in]; busy {
		l.waiting[in] = append(l.waiting[in], job)
		return
	}
	l.waiting[in] = nil
	go func() {
		for job != nil {
			job()
			job = l.next(in)
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
	return jobs[0]
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
