package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// When an incident explains that a replica could not confirm an answer.
const (
	// early is by how much an answer may be noted after the incident that came just
	// behind it: a machine with everything on two processors is late by so much.
	early = 100 * time.Millisecond
	// confirming is how long a replica may take to confirm an answer: to hear that the
	// platform has it, to say in Redis that it is done. It takes milliseconds; on a
	// connection that has to be made anew, and with Redis slow, up to this.
	confirming = 2 * time.Second
	// released is how long what a stalled network held back may take to arrive.
	released = time.Second
	// renewal is how long after a jump of Redis's clock a claim may be somebody else's,
	// and how long after an outage a replica may not know that Redis is back, nor Redis
	// what was answered: claims are renewed every 2 seconds, and Redis may take one.
	renewal = 3 * time.Second
)

// A double is a question that was answered more than once.
type double struct {
	question
	reasons []string // why the replica could not confirm each answer but the last; empty for none
	weaker  bool     // Redis was out of reach, and the promise is weaker
}

// unaccounted tells whether an answer of the double has no reason.
func (d double) unaccounted() bool {
	return slices.Contains(d.reasons, "")
}

func (d double) String() string {
	var parts []string
	for i, a := range d.answers {
		part := fmt.Sprintf("replica %d at %.2f s", a.replica, a.at.Seconds())
		if i < len(d.reasons) {
			part += " (" + cmp.Or(d.reasons[i], "no reason") + ")"
		}
		parts = append(parts, part)
	}
	return d.name + ": " + strings.Join(parts, ", ")
}

// doubles finds the questions that were answered more than once, and the reasons.
func doubles(all []question, log []incident) (found []double) {
	for _, q := range all {
		if len(q.answers) < 2 {
			continue
		}
		d := double{question: q}
		for i, a := range q.answers[:len(q.answers)-1] {
			reason, weaker := why(a, q.answers[i+1], log)
			d.reasons = append(d.reasons, reason)
			d.weaker = d.weaker || weaker
		}
		found = append(found, d)
	}
	return found
}

// why finds what kept a replica from confirming an answer, or the next one from
// knowing of it. The reasons for which nobody can do anything come first.
func why(first, next answer, log []incident) (reason string, weaker bool) {
	if first.lost {
		return "the platform lost its reply", false
	}
	for _, i := range log {
		if i.cutsOff(first) {
			return i.String(), false
		}
	}
	for _, i := range log {
		if i.hides(first, next, log) {
			return i.String(), true
		}
	}
	return "", false
}

// cutsOff tells whether the incident keeps a replica from confirming an answer.
func (i incident) cutsOff(a answer) bool {
	if i.replica != a.replica {
		return false
	}
	switch i.kind {
	case kill, stop:
		return within(i.from, a.at-early, a.at+confirming)
	case network:
		if i.path != a.via {
			return false
		}
		switch cut(i.how) {
		case reset, swallow:
			return within(a.at, i.from-early, i.to+early)
		case stalled:
			return within(a.at, i.from-early, i.to+released)
		}
	}
	return false
}

// hides tells whether the incident kept an answer from who gave the next one, who looks
// at the claim right before that.
func (i incident) hides(first, next answer, log []incident) bool {
	switch {
	case i.kind == clock:
		return within(first.at, i.from-early, i.from+renewal)
	case i.isAway(next.replica, next.at-renewal, next.at): // the claim could not be seen
		return true
	case i.isAway(first.replica, first.at-early, first.at+confirming): // the answer could not be told
		told, ever := toldAt(first, i.to, log)
		return !ever || next.at < told
	}
	return false
}

// toldAt is by when a replica has told Redis of an answer that it gave while Redis was
// away, until a time: it has to be well for a renewal. One that ends before never does.
func toldAt(a answer, from time.Duration, log []incident) (at time.Duration, ever bool) {
	for again := true; again; {
		again = false
		for _, i := range log {
			silent := i.kind == stop && i.replica == a.replica || i.isAway(a.replica, i.from, i.to)
			if silent && i.from < from+renewal && i.to > from {
				from, again = i.to, true
			}
		}
	}
	for _, i := range log {
		ended := (i.kind == kill || i.kind == term) && i.replica == a.replica
		if ended && within(i.to, a.at, from+renewal) {
			return 0, false
		}
	}
	return from + renewal, true
}

// isAway tells whether Redis was out of a replica's reach at some time between two.
func (i incident) isAway(replica int, from, to time.Duration) bool {
	mine := i.kind == redis || i.kind == network && i.path == toRedis && i.replica == replica
	return mine && i.from <= to && i.to >= from
}

func within(at, from, to time.Duration) bool { return at >= from && at <= to }
