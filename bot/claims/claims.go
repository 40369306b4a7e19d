// Package claims remembers which deliveries are being answered and which were,
// so that none is answered twice while the program runs. It keeps hashes of
// delivery ids for a limited time, and knows nothing of what was delivered or by
// whom. Start reading at [Memory.Claim].
package claims

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// State is what became of a try to claim a delivery.
type State int

// The states a claimed delivery can be in.
const (
	Mine State = iota // yours: answer it, then settle it
	Busy              // somebody is answering it
	Done              // it was answered
)

// Defaults of a memory: Telegram keeps an update for a day, Slack retries within
// an hour, so that a day covers every delivery that is repeated.
const (
	keep = 24 * time.Hour
	most = 200_000 // deliveries; about 20 MB
)

type key [sha256.Size]byte

type claim struct {
	state State
	ends  time.Time
}

// Memory keeps claims in memory. It is safe for concurrent use.
type Memory struct {
	salt [32]byte // so that a memory dump does not give ids away
	now  func() time.Time

	mu     sync.Mutex
	claims map[key]claim
	order  []key // of being done, oldest first
}

// NewMemory makes an empty memory.
func NewMemory() *Memory {
	m := &Memory{now: time.Now, claims: map[key]claim{}}
	rand.Read(m.salt[:]) // it never fails
	return m
}

// Claim takes a delivery, unless somebody has it or had it. Who gets it as Mine
// must call settle: with true once it is answered, with false to let it be claimed again.
func (m *Memory) Claim(_ context.Context, delivery string) (s State, settle func(done bool), err error) {
	k := m.key(delivery)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget()
	if c, ok := m.claims[k]; ok {
		return c.state, func(bool) {}, nil
	}
	m.claims[k] = claim{state: Busy}
	return Mine, func(done bool) { m.settle(k, done) }, nil
}

func (m *Memory) settle(k key, done bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.claims[k].state != Busy {
		return
	}
	if !done {
		delete(m.claims, k)
		return
	}
	m.claims[k] = claim{state: Done, ends: m.now().Add(keep)}
	m.order = append(m.order, k)
	m.forget()
}

// forget drops answered deliveries past their time, and the oldest of too many.
func (m *Memory) forget() {
	for len(m.order) > 0 && (len(m.order) > most || !m.now().Before(m.claims[m.order[0]].ends)) {
		delete(m.claims, m.order[0])
		m.order = m.order[1:]
	}
}

func (m *Memory) key(delivery string) key {
	return sha256.Sum256(append(m.salt[:], delivery...))
}
