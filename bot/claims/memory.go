package claims

import (
	"context"
	"sync"
	"time"
)

// mostClaims is how many deliveries are known to be done; then the oldest are
// forgotten. They take about 15 MB.
const mostClaims = 200_000

// Memory keeps claims while the program runs. It is safe for concurrent use.
type Memory struct {
	key Key
	now func() time.Time
	// record keeps beyond the program's end what is done, until when, and what is forgotten.
	record func(done hash, ends time.Time, forgotten []hash)

	mu        sync.Mutex
	claims    map[hash]claim
	order     []hash // of being done, oldest first
	forgotten []hash // not yet recorded as such
}

type claim struct {
	state State
	ends  time.Time
}

// NewMemory makes an empty memory.
func NewMemory(k Key) *Memory {
	return &Memory{
		key: k, now: time.Now, claims: map[hash]claim{},
		record: func(hash, time.Time, []hash) {}, // it has no place to
	}
}

// Claim takes a delivery, unless somebody has it or had it. held is nil unless the
// state is [Mine].
func (m *Memory) Claim(_ context.Context, d Delivery) (s State, held *Held) {
	return m.claim(m.key.hash(d.ID))
}

func (m *Memory) claim(h hash) (State, *Held) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget()
	if c, ok := m.claims[h]; ok {
		return c.state, nil
	}
	m.claims[h] = claim{state: Busy}
	return Mine, NewHeld(func(context.Context) bool { return true }, func(done bool) { m.settle(h, done) })
}

func (m *Memory) settle(h hash, done bool) {
	m.mu.Lock()
	if !done {
		delete(m.claims, h)
		m.mu.Unlock()
		return
	}
	ends := m.now().Add(keepTime)
	m.done(h, ends)
	m.forget()
	forgotten := m.forgotten
	m.forgotten = nil
	m.mu.Unlock()
	m.record(h, ends, forgotten)
}

// done notes a delivery as answered. The lock is held.
func (m *Memory) done(h hash, ends time.Time) {
	m.claims[h] = claim{state: Done, ends: ends}
	m.order = append(m.order, h)
}

// forget drops answered deliveries past their time, and the oldest of too many. The lock is held.
func (m *Memory) forget() {
	for len(m.order) > 0 && (len(m.order) > mostClaims || !m.now().Before(m.claims[m.order[0]].ends)) {
		m.forgotten = append(m.forgotten, m.order[0])
		delete(m.claims, m.order[0])
		m.order = m.order[1:]
	}
}

// Lead waits for this program's turn to be the only one that does something, such as
// fetching; it has it at once. leading ends when the turn is lost, and with resign;
// it is nil when ctx ends first.
func (m *Memory) Lead(ctx context.Context, _ string) (leading context.Context, resign func()) {
	if ctx.Err() != nil {
		return nil, nil
	}
	return context.WithCancel(context.WithoutCancel(ctx))
}

// Trouble says which promise is weaker at present; a memory's never is.
func (m *Memory) Trouble() string { return "" }
