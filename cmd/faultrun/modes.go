package main

import (
	"context"
	"fmt"
	"time"
)

// faulty lets the incidents of a plan happen.
func faulty(seed uint64, length time.Duration, wanted []kind) func(context.Context, *world) ([]incident, []string, []string) {
	return func(ctx context.Context, w *world) ([]incident, []string, []string) {
		c := &conductor{world: w}
		c.conduct(ctx, plan(seed, length, len(w.replicas), wanted, w.paths))
		return c.log(), nil, nil
	}
}

// rolling stops one replica after the other, as an update does: the next one once the
// one before is up again.
func rolling(ctx context.Context, w *world) (log []incident, notes, failures []string) {
	const settle = 2 * time.Second // between two, as an orchestrator leaves
	restarts := 0
	for ctx.Err() == nil {
		r := w.replicas[restarts%len(w.replicas)]
		before := r.pid()
		r.stop(context.WithoutCancel(ctx))
		up := until(ctx, func() bool { return r.pid() != 0 && r.pid() != before && r.ready() })
		if up {
			restarts++
		}
		pause(ctx, settle)
	}
	return nil, []string{fmt.Sprintf("restarts: %d", restarts)}, nil
}
