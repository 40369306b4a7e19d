package traffic

import (
	"sync"
	"time"
)

// Recent remembers something about whoever turned up lately, and nothing about who
// did not: what nobody asked for during the idle time is forgotten, to the second.
type Recent[Key comparable, Value any] struct {
	idle time.Duration
	most int

	mu    sync.Mutex
	known map[Key]*recent[Value]
	sweep *time.Timer // set while something is known
}

type recent[Value any] struct {
	value Value
	used  time.Time
}

// NewRecent remembers at most so many, each until it was idle for so long.
func NewRecent[K comparable, V any](most int, idle time.Duration) *Recent[K, V] {
	return &Recent[K, V]{idle: idle, most: most, known: map[K]*recent[V]{}}
}

// Of is what is remembered under a key. What is not known yet is made by fresh. When
// too many are known, any one of them makes room.
func (r *Recent[K, V]) Of(key K, fresh func() V) (value V, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := r.known[key]
	known = one != nil
	if !known {
		for k := range r.known {
			if len(r.known) < r.most {
				break
			}
			delete(r.known, k)
		}
		one = &recent[V]{value: fresh()}
		r.known[key] = one
		if r.sweep == nil {
			r.sweep = time.AfterFunc(r.idle, r.forget)
		}
	}
	one.used = time.Now()
	return one.value, known
}

// Set remembers another value under a key.
func (r *Recent[K, V]) Set(key K, value V) {
	r.Of(key, func() V { return value })
	r.mu.Lock()
	defer r.mu.Unlock()
	if one := r.known[key]; one != nil {
		one.value = value
	}
}

// Get is what is remembered under a key, if anything is. It makes nothing last longer.
func (r *Recent[K, V]) Get(key K) (value V, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := r.known[key]
	if one == nil || time.Since(one.used) >= r.idle {
		return value, false
	}
	return one.value, true
}

// Len is how many are known.
func (r *Recent[K, V]) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.known)
}

// forget drops what was idle, and comes again when the next one will have been.
func (r *Recent[K, V]) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	next := r.idle
	for key, one := range r.known {
		left := r.idle - time.Since(one.used)
		if left <= 0 {
			delete(r.known, key)
			continue
		}
		next = min(next, left)
	}
	if len(r.known) == 0 {
		r.sweep = nil
		return
	}
	r.sweep.Reset(max(next, shortestSweep))
}

// shortestSweep keeps a crowd from having the whole of it looked through for each one
// that leaves.
const shortestSweep = time.Second
