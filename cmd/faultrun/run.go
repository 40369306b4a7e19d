package main

import (
	"context"
	"fmt"
	"time"
)

const (
	// calmTime is how long a run waits in the end for the last answers. A replica may
	// have stood still for 20 seconds, its lease ends after 8, and Slack's last try, in
	// a run with its times cut to a tenth, comes 40 seconds after the first.
	calmTime = 3 * time.Minute
	// hushTime is how long no answer may come after that; it would be one too many.
	hushTime = 3 * time.Second
)

// A run asks in a world, while something happens in it.
type run struct {
	setting
	title     string
	questions int
	rate      float64
	calm      time.Duration // how long to wait for the last answers
	// happens goes on beside the questions until ctx ends, which it does after the last
	// one. What it returns goes into the report.
	happens func(ctx context.Context, w *world) (log []incident, notes, failures []string)
}

// do makes the run.
func (r *run) do(ctx context.Context) (*report, error) {
	w, err := open(ctx, r.setting)
	if err != nil {
		return nil, fmt.Errorf("making the world of %s: %w", r.title, err)
	}
	closed := false
	defer func() {
		if !closed {
			w.close()
		}
	}()
	var log []incident
	var notes, failures []string
	asking, asked := context.WithCancel(ctx)
	defer asked()
	happened := make(chan struct{})
	go func() {
		defer close(happened)
		log, notes, failures = r.happens(asking, w)
	}()
	start := time.Now()
	w.people(r.seed, r.rate, r.questions).ask(ctx)
	length := time.Since(start)
	asked()
	<-happened
	end := time.Now()
	waiting, cancel := context.WithTimeout(ctx, r.calm)
	defer cancel()
	calm := until(waiting, w.calm)
	recovery := time.Since(end)
	pause(ctx, hushTime)
	w.close()
	closed = true
	report := w.newReport(r.title, log)
	report.length, report.recovery = length, recovery
	report.notes, report.failures = notes, failures
	if !calm {
		report.wrong = append(report.wrong, fmt.Sprintf("%s after the end: %d updates wait at Telegram, %d events at Slack have no answer and are not given up",
			r.calm, w.telegram.Pending(), w.slack.Unacked()-w.slack.GivenUp()))
	}
	return report, ctx.Err()
}
