package main

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// A ledger holds what was asked and what was answered. It belongs to one run.
type ledger struct {
	start time.Time

	mu        sync.Mutex
	questions map[string]*question
	unmatched []string // answers that nobody asked for
	open      int      // questions without an answer
}

// A question has a name by which its answers are known.
type question struct {
	name    string
	asked   time.Duration // since the start of the run
	answers []answer
}

// An answer is one that people see.
type answer struct {
	at      time.Duration
	replica int
	via     path // the platform
	lost    bool // the platform lost its reply to the replica
}

func newLedger(start time.Time) *ledger {
	return &ledger{start: start, questions: map[string]*question{}}
}

// ask notes a question. Its name may be known only once it is put, which is done
// here; no answer is matched until then.
func (l *ledger) ask(put func() (name string)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := put()
	if l.questions[name] != nil {
		panic("faultrun: asked twice: " + name)
	}
	l.questions[name] = &question{name: name, asked: time.Since(l.start)}
	l.open++
}

// answered notes an answer to a question.
func (l *ledger) answered(name string, a answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	q := l.questions[name]
	if q == nil {
		l.unmatched = append(l.unmatched, fmt.Sprintf("%s, from replica %d", name, a.replica))
		return
	}
	if len(q.answers) == 0 {
		l.open--
	}
	q.answers = append(q.answers, a)
}

// counts are the questions so far, and those without an answer.
func (l *ledger) counts() (asked, open int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.questions), l.open
}

// all are the questions in the order of being asked.
func (l *ledger) all() []question {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []question
	for _, q := range l.questions {
		c := *q
		c.answers = slices.Clone(q.answers)
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b question) int { return int(a.asked - b.asked) })
	return all
}
