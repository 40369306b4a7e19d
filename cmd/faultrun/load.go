package main

import (
	"context"
	"fmt"
)

// memoryLimit is when docs/operations.md tells operators to worry, in megabytes.
const memoryLimit = 300

// watched samples the replicas for their largest needs.
func watched(ctx context.Context, w *world) (o outcome) {
	for i, all := range w.sampled(ctx) {
		peak := most(all)
		o.notes = append(o.notes, fmt.Sprintf("replica %d at most: %s", i+1, peak))
		if peak.memory > memoryLimit {
			o.failures = append(o.failures, fmt.Sprintf("replica %d needs %d MB", i+1, peak.memory))
		}
	}
	return o
}

// Growth from the first quarter of a run to the last that is no leak: Go gives memory
// back late, and connections come and go with the traffic.
const (
	memoryGrowth    = 20 // megabytes
	goroutineGrowth = 50
	fileGrowth      = 30
)

// steady samples the replicas, and compares the first quarter with the last.
func steady(ctx context.Context, w *world) (o outcome) {
	for i, all := range w.sampled(ctx) {
		quarter := len(all) / 4
		first, last := usual(all[:quarter]), usual(all[len(all)-quarter:])
		o.notes = append(o.notes, fmt.Sprintf("replica %d, first quarter: %s", i+1, first), fmt.Sprintf("replica %d, last quarter: %s", i+1, last))
		if last.memory > first.memory+memoryGrowth || last.goroutines > first.goroutines+goroutineGrowth || last.files > first.files+fileGrowth {
			o.failures = append(o.failures, fmt.Sprintf("replica %d grows", i+1))
		}
	}
	return o
}
