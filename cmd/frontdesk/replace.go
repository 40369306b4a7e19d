package main

import (
	"context"
	"sync"
	"time"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/metrics"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// replaceable is a bot whose place another can take while it answers. Its
// questions are timed.
type replaceable struct {
	metrics *metrics.Metrics

	mu  sync.RWMutex // held for a moment only, never while a question is answered
	now *loaded
}

func newReplaceable(l *loaded, m *metrics.Metrics) *replaceable {
	m.Loaded(l.corpus)
	return &replaceable{metrics: m, now: l}
}

// replace gives every further question to another bot. It closes the earlier one
// when that has answered its last question.
func (r *replaceable) replace(l *loaded) error {
	r.mu.Lock()
	earlier := r.now
	r.now = l
	r.mu.Unlock()
	r.metrics.Loaded(l.corpus)
	earlier.asked.Wait() // nobody adds to it any more: that happens under mu
	return earlier.close()
}

// hold gives the present bot, whose index stays open until done is called.
func (r *replaceable) hold() (l *loaded, done func()) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	r.now.asked.Add(1)
	return r.now, r.now.asked.Done
}

// close closes the present bot. Nobody may ask any more.
func (r *replaceable) close() error { return r.now.close() }

// Ask answers a question.
func (r *replaceable) Ask(ctx context.Context, question string) (bot.Reply, error) {
	at := time.Now()
	defer func() { r.metrics.Asked(time.Since(at)) }()
	l, done := r.hold()
	defer done()
	return l.Ask(ctx, question)
}

// Search lists at most n entries for a question that is still being typed.
func (r *replaceable) Search(ctx context.Context, typed string, n int) ([]bot.Suggestion, error) {
	l, done := r.hold()
	defer done()
	return l.Search(ctx, typed, n)
}

// Entry gives the reply that an entry's link or button leads to.
func (r *replaceable) Entry(id string) (bot.Reply, bool) {
	l, done := r.hold()
	defer done()
	return l.Entry(id)
}

// Corpus is what the answers come from now.
func (r *replaceable) Corpus() *corpus.Corpus {
	l, done := r.hold()
	defer done()
	return l.corpus
}
