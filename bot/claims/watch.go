package claims

import (
	"sync"
	"time"
)

// watch finds claims of others that nobody renews any more, by this program's own
// clock: when Redis's clock jumps back by hours, a claim of a program that was killed
// would be kept for hours. It is safe for concurrent use.
type watch struct {
	mu   sync.Mutex
	seen map[string]sight
}

// sight is what somebody else's claim looks like, and when it was seen so.
type sight struct {
	is          string
	first, last time.Time
}

// saw notes what a claim looks like; empty when it is nobody else's.
func (w *watch) saw(name, is string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	switch s, known := w.seen[name]; {
	case is == "":
		delete(w.seen, name)
	case known && s.is == is:
		w.seen[name] = sight{is, s.first, now}
	default:
		w.seen[name] = sight{is, now, now}
	}
}

// of is what a claim looks like that has not been renewed for a lease; empty for any other.
func (w *watch) of(name string) (stale string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s, known := w.seen[name]; known && s.last.Sub(s.first) > leaseTime {
		return s.is
	}
	return ""
}

// forget drops what nobody has looked at for a while.
func (w *watch) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, s := range w.seen {
		if time.Since(s.last) > leaseTime {
			delete(w.seen, name)
		}
	}
}
