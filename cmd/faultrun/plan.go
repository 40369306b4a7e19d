package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// A kind is a kind of fault.
type kind string

// The kinds of faults.
const (
	kill       kind = "kill"       // kill -9
	term       kind = "term"       // SIGTERM, as in a rolling update
	stop       kind = "stop"       // SIGSTOP for longer than a lease, then SIGCONT
	redis      kind = "redis"      // Redis is killed, and started again
	clock      kind = "clock"      // Redis's clock jumps by hours
	network    kind = "cut"        // a proxy between a replica and a server fails
	calls      kind = "calls"      // a platform refuses calls, or loses its answers to them
	duplicates kind = "duplicates" // platforms bring things twice and in the wrong order
)

// kinds are all of them.
var kinds = [...]kind{kill, term, stop, redis, clock, network, calls, duplicates}

// A path is between a replica and what it speaks with.
type path string

// The paths.
const (
	toTelegram path = "telegram"
	toSlack    path = "slack"
	toRedis    path = "redis"
	inbound    path = "the load balancer"
)

// An incident is one fault, planned or past.
type incident struct {
	kind    kind
	replica int  // 1 and up; 0 for a fault that is no replica's own
	path    path // of a cut, or the platform whose calls fail
	how     string
	from    time.Duration // since the start of the run
	to      time.Duration
}

func (i incident) String() string {
	who := "every replica"
	if i.replica > 0 {
		who = fmt.Sprintf("replica %d", i.replica)
	}
	what := map[kind]string{
		kill: who + " was killed", term: who + " was told to stop", stop: who + " stood still",
		redis: "redis was down", clock: "redis's clock jumped by " + i.how,
		network: fmt.Sprintf("the way between %s and %s was cut (%s)", who, i.path, i.how),
		calls:   fmt.Sprintf("%s failed calls (%s)", i.path, i.how),
	}[i.kind]
	return fmt.Sprintf("%s, %.1f to %.1f s", what, i.from.Seconds(), i.to.Seconds())
}

// Pauses between two incidents, and lengths.
const (
	shortestGap = time.Second
	longestGap  = 4 * time.Second
	// A replica that stands still does so for longer than a lease, which is 8 seconds.
	shortestStop = 10 * time.Second
	longestTime  = 20 * time.Second // of an incident
	// downTime is how long a replica that ends is out of work, more or less: for that
	// time nothing else happens to it.
	downTime = 3 * time.Second
	// One that is told to stop may take 10 seconds to answer what it has taken.
	drainTime = 10*time.Second + downTime
)

// plan draws what happens within a time, from a seed: every kind that is wanted comes
// once before any comes twice.
func plan(seed uint64, length time.Duration, replicas int, wanted []kind, paths []path) []incident {
	p := planner{Rand: rand.New(rand.NewPCG(seed, 1)), replicas: replicas, paths: paths, busy: map[string]time.Duration{}}
	var all []incident
	var bag []kind
	for at := p.between(shortestGap, longestGap); at < length; at += p.between(shortestGap, longestGap) {
		if len(bag) == 0 {
			bag = slices.DeleteFunc(slices.Clone(wanted), func(k kind) bool { return k == duplicates }) // which go on all the time
			p.Shuffle(len(bag), func(i, j int) { bag[i], bag[j] = bag[j], bag[i] })
		}
		if len(bag) == 0 {
			break
		}
		if i, ok := p.draw(bag[0], at); ok {
			all = append(all, i)
		}
		bag = bag[1:]
	}
	return all
}

type planner struct {
	*rand.Rand
	replicas int
	paths    []path
	busy     map[string]time.Duration // until when something is out of order already
}

func (p *planner) between(a, b time.Duration) time.Duration {
	return a + time.Duration(p.Int64N(int64(b-a)+1))
}

// draw makes an incident, unless everything that it could befall is out of order.
func (p *planner) draw(k kind, at time.Duration) (incident, bool) {
	i := incident{kind: k, from: at, to: at}
	switch k {
	case kill:
		i.replica = 1 + p.IntN(p.replicas)
		i.to += downTime
	case term:
		i.replica = 1 + p.IntN(p.replicas)
		i.to += drainTime
	case stop:
		i.replica = 1 + p.IntN(p.replicas)
		i.to += p.between(shortestStop, longestTime)
	case redis:
		i.to += p.between(time.Second, longestTime)
	case clock:
		i.how = fmt.Sprintf("%+d h", (1+p.IntN(5))*(2*p.IntN(2)-1))
	case network:
		i.replica = 1 + p.IntN(p.replicas)
		i.path = p.paths[p.IntN(len(p.paths))]
		i.how = string(cuts[p.IntN(len(cuts))])
		i.to += p.between(time.Second, longestTime)
	case calls:
		i.path = []path{toTelegram, toSlack}[p.IntN(2)]
		i.how = []string{tooMany, serverError, lostReply, resetCall}[p.IntN(4)]
		i.to += p.between(time.Second, longestTime)
	}
	return i, p.book(i)
}

// book is false when what an incident befalls is out of order already.
func (p *planner) book(i incident) bool {
	what := fmt.Sprint(i.replica, i.path)
	if i.replica == 0 {
		what = string(i.kind)
	}
	if p.busy[what] > i.from {
		return false
	}
	p.busy[what] = i.to
	return true
}
