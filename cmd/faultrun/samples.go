package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// A sample is what a replica needs at a time.
type sample struct {
	memory     int // megabytes
	goroutines int
	files      int // open ones, and connections
}

// sampleTime is the time between two samples of a replica.
const sampleTime = time.Second

// sampled samples every replica until ctx ends.
func (w *world) sampled(ctx context.Context) [][]sample {
	all := make([][]sample, len(w.replicas))
	for ctx.Err() == nil {
		for i, r := range w.replicas {
			if s, ok := r.sample(); ok {
				all[i] = append(all[i], s)
			}
		}
		pause(ctx, sampleTime)
	}
	return all
}

// sample looks at the program; ok is false while it is down.
func (r *replica) sample() (s sample, ok bool) {
	proc := fmt.Sprintf("/proc/%d/", r.pid())
	status, err := os.ReadFile(proc + "status")
	if err != nil {
		return s, false
	}
	files, err := os.ReadDir(proc + "fd")
	if err != nil {
		return s, false
	}
	s.files = len(files)
	s.memory = number(string(status), "VmRSS:") / 1024
	s.goroutines = number(r.get("/metrics"), "go_goroutines ")
	return s, s.memory > 0 && s.goroutines > 0
}

// number is the whole number behind a word at the beginning of a line; 0 for none.
func number(text, word string) int {
	_, rest, found := strings.Cut("\n"+text, "\n"+word)
	if !found {
		return 0
	}
	rest, _, _ = strings.Cut(strings.TrimSpace(rest), "\n")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		return 0
	}
	return n
}

// most is the largest of each, over samples.
func most(all []sample) (m sample) {
	for _, s := range all {
		m = sample{max(m.memory, s.memory), max(m.goroutines, s.goroutines), max(m.files, s.files)}
	}
	return m
}

// usual is the mean of each, over samples.
func usual(all []sample) (m sample) {
	for _, s := range all {
		m = sample{m.memory + s.memory, m.goroutines + s.goroutines, m.files + s.files}
	}
	n := max(1, len(all))
	return sample{m.memory / n, m.goroutines / n, m.files / n}
}

func (s sample) String() string {
	return fmt.Sprintf("%d MB, %d goroutines, %d open files", s.memory, s.goroutines, s.files)
}
