package telegram

import "sync"

// lanes do the jobs of one chat in their order, and those of several chats side by
// side. How many there are at a time is bounded by who adds them.
type lanes struct {
	mu      sync.Mutex
	waiting map[int64][]func() // by chat; a chat has an entry while a goroutine works on it
	empty   *sync.Cond         // told when the last goroutine ends
}

func newLanes() *lanes {
	l := &lanes{waiting: map[int64][]func(){}}
	l.empty = sync.NewCond(&l.mu)
	return l
}

// add does the job once those of the same chat before it are done.
func (l *lanes) add(chat int64, job func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, busy := l.waiting[chat]; busy {
		l.waiting[chat] = append(l.waiting[chat], job)
		return
	}
	l.waiting[chat] = nil
	go func() {
		for job != nil {
			job()
			job = l.next(chat)
		}
	}()
}

func (l *lanes) next(chat int64) func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	jobs := l.waiting[chat]
	if len(jobs) == 0 {
		delete(l.waiting, chat)
		if len(l.waiting) == 0 {
			l.empty.Broadcast()
		}
		return nil
	}
	l.waiting[chat] = jobs[1:]
	return jobs[0]
}

// wait returns when no job is left.
func (l *lanes) wait() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.waiting) > 0 {
		l.empty.Wait()
	}
}
