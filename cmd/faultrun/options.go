package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"time"
)

// In a burst people ask ten times as much as the platforms let through, which is 30
// answers a second on Telegram and one in each channel of Slack.
const (
	burstRate    = 10 * (30 + channels)
	burstSeconds = 60
	burstCalm    = 30 * time.Minute // the tenfold of a minute, and as much again for what the machine is late by
)

// takeOverRate is low: it is the time without anybody that is measured.
const takeOverRate = 5

// runs are those that the mode stands for.
func (o options) runs(program string) (all []*run, err error) {
	ways := []way{fetched, delivered}
	switch o.mode {
	case "fetched", "delivered":
		ways = []way{way(o.mode)}
	case "takeover":
		ways = []way{fetched}
	case "both", "rolling", "burst", "day":
	default:
		return nil, fmt.Errorf("%q is no mode; see -h", o.mode)
	}
	for _, w := range ways {
		all = append(all, o.run(program, w, o.questions/len(ways)))
	}
	return all, nil
}

// run is the mode, for one way in which questions come.
func (o options) run(program string, w way, questions int) *run {
	r := &run{
		setting: setting{
			way: w, program: program, folder: filepath.Join(o.folder, string(w)), replicas: o.replicas, seed: o.seed,
			unruly: slices.Contains(o.faults, duplicates), slackTimes: o.slackTimes,
		},
		title:     fmt.Sprintf("%s, questions %s, %d replicas, seed %d", o.mode, w, o.replicas, o.seed),
		questions: questions, rate: o.rate, calm: calmTime + time.Duration(float64(slackTime)/o.slackTimes),
	}
	switch o.mode {
	case "rolling":
		r.happens = rolling
	case "takeover":
		r.happens, r.rate, r.questions = takeOver(o.rounds), takeOverRate, math.MaxInt
	case "burst":
		r.happens, r.rate, r.questions, r.calm, r.slackTimes = watched, burstRate, burstRate*burstSeconds, burstCalm, 1
	case "day":
		r.happens = steady
	default:
		r.happens = faulty(o.seed, time.Duration(float64(questions)/o.rate*float64(time.Second)), o.faults)
	}
	return r
}
