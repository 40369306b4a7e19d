package main

import (
	"context"
	"fmt"
	"time"
)

const (
	// calmTime is how long a run waits in the end for the last answers, beside what Slack
	// takes for its last try. A replica may have stood still for 20 seconds, its lease
	// ends after 8, and Telegram lets 30 answers a second through.
	calmTime = 2 * time.Minute
	// slackTime is when Slack gives up, after the first try.
	slackTime = 7 * time.Minute
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
	happens   happening
}

// A happening goes on beside the questions. ctx ends with the last one, and the
// questions end with it.
type happening func(ctx context.Context, w *world) outcome

// An outcome is what a happening adds to the report.
type outcome struct {
	log      []incident
	notes    []string // "what: how much"
	failures []string // what is not as promised
}

// do makes the run.
func (r *run) do(ctx context.Context) (*report, error) {
	w, err := open(ctx, r.setting)
	if err != nil {
		return nil, fmt.Errorf("making the world of %s: %w", r.title, err)
	}
	defer w.close()
	asking, asked := context.WithCancel(ctx)
	defer asked()
	happened := make(chan outcome)
	go func() {
		o := r.happens(asking, w)
		asked()
		happened <- o
	}()
	start := time.Now()
	w.people(r.seed, r.rate, r.questions).ask(asking)
	length := time.Since(start)
	asked()
	came := <-happened
	end := time.Now()
	waiting, cancel := context.WithTimeout(ctx, r.calm)
	defer cancel()
	calm := until(waiting, w.calm)
	recovery := time.Since(end)
	pause(ctx, hushTime)
	w.close()
	report := w.newReport(r.title, came)
	report.length, report.recovery = length, recovery
	if !calm {
		report.wrong = append(report.wrong, fmt.Sprintf("%s after the end: %d updates wait at Telegram, %d events at Slack have no answer and are not given up",
			r.calm, w.telegram.Pending(), w.slack.Unacked()))
	}
	return report, ctx.Err()
}
