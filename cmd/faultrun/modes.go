package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// faulty lets the incidents of a plan happen.
func faulty(seed uint64, length time.Duration, wanted []kind) happening {
	return func(ctx context.Context, w *world) outcome {
		c := &conductor{world: w}
		c.conduct(ctx, plan(seed, length, len(w.replicas), wanted, w.paths))
		return outcome{log: c.log()}
	}
}

// rolling stops one replica after the other, as an update does: the next one once the
// one before is up again.
func rolling(ctx context.Context, w *world) outcome {
	const settle = 2 * time.Second // between two, as an orchestrator leaves
	restarts := 0
	for ; ctx.Err() == nil; restarts++ {
		r := w.replicas[restarts%len(w.replicas)]
		before := r.pid()
		r.stop(context.WithoutCancel(ctx))
		until(ctx, func() bool { return r.pid() != 0 && r.pid() != before && r.ready() })
		pause(ctx, settle)
	}
	return outcome{notes: []string{fmt.Sprintf("restarts: %d", restarts)}}
}

// takeOverLimit is how long nobody may fetch; see docs/delivery.md.
const takeOverLimit = 15 * time.Second

// cutOffs are the ways in which who fetches is put out of action.
var cutOffs = [...]incident{
	{kind: kill}, {kind: stop},
	{kind: network, path: toTelegram, how: string(reset)}, {kind: network, path: toTelegram, how: string(stalled)},
	{kind: network, path: toTelegram, how: string(swallow)}, {kind: network, path: toTelegram, how: string(freeze)},
	{kind: network, path: toRedis, how: string(reset)}, {kind: network, path: toRedis, how: string(stalled)},
	{kind: network, path: toRedis, how: string(swallow)}, {kind: network, path: toRedis, how: string(freeze)},
}

// takeOver puts who fetches out of action, so many times, and measures how long it
// takes until another one does.
func takeOver(rounds int) happening {
	return func(ctx context.Context, w *world) (o outcome) {
		c := &conductor{world: w}
		var times []time.Duration
		for n := range rounds {
			i := cutOffs[n%len(cutOffs)]
			i.replica = w.fetcher(ctx)
			if i.replica == 0 {
				break
			}
			took, ok := c.takeOver(ctx, i)
			if !ok {
				o.failures = append(o.failures, fmt.Sprintf("nobody took over within %s: %s", took.Round(time.Second), c.log()[n]))
			}
			o.notes = append(o.notes, fmt.Sprintf("  after %s %s %s: %.1f s", i.kind, i.path, i.how, took.Seconds()))
			times = append(times, took)
		}
		o.log = c.log()
		if len(times) < rounds {
			o.failures = append(o.failures, "there was nobody who fetches alone")
			return o
		}
		slices.Sort(times)
		o.notes = append(o.notes, fmt.Sprintf("take-overs: %d", len(times)),
			fmt.Sprintf("  median: %.1f s", times[len(times)/2].Seconds()), fmt.Sprintf("  longest: %.1f s", times[len(times)-1].Seconds()))
		if times[len(times)-1] >= takeOverLimit {
			o.failures = append(o.failures, fmt.Sprintf("a take-over took longer than %s", takeOverLimit))
		}
		return o
	}
}

// takeOver lets an incident happen to who fetches, until another one does.
func (c *conductor) takeOver(ctx context.Context, i incident) (took time.Duration, ok bool) {
	r := c.replica(i)
	r.hold(true)
	defer r.hold(false)
	start := c.since()
	end := c.begin(ctx, i)
	defer end()
	late, cancel := context.WithTimeout(ctx, 4*takeOverLimit)
	defer cancel()
	ok = until(late, func() bool { return c.lastFetch(i.replica) > start })
	if !ok {
		return c.since() - start, false
	}
	return c.lastFetch(i.replica) - start, true
}

// lastFetch is when any replica but one began to fetch last.
func (w *world) lastFetch(but int) (last time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for number, at := range w.polls {
		if number != but {
			last = max(last, at)
		}
	}
	return last
}

// fetcher is the replica that has fetched alone for a while, once all are well; 0 when
// there is none for long.
func (w *world) fetcher(ctx context.Context) (number int) {
	const alone = 3 * time.Second
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	until(ctx, func() bool {
		for _, r := range w.replicas {
			if r.get("/readyz") != "ready\n" { // with a note below, something is not well
				return false
			}
		}
		now := w.since()
		for _, r := range w.replicas {
			w.mu.Lock()
			recent := now-w.polls[r.number] < alone
			w.mu.Unlock()
			if recent && now-w.lastFetch(r.number) > alone {
				number = r.number
			}
		}
		return number > 0
	})
	return number
}
