package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/claims/redistest"
)

// The short form: a minute of faults of every kind, while questions come both ways.
func TestEveryQuestionIsAnsweredOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("takes two minutes; run without -short")
	}
	redistest.Need(t)
	o, err := readOptions([]string{"-questions", "2000", "-seed", "1", "-slack-times", "4"}, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	o.folder = t.TempDir()
	program, err := build(t.Context(), o.folder, false)
	if err != nil {
		t.Fatal(err)
	}
	runs, err := o.runs(program)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		t.Run(string(r.way), func(t *testing.T) {
			t.Parallel()
			report, err := r.do(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := report.write(t.Output()); err != nil {
				t.Fatal(err)
			}
			if !report.good() || len(report.questions) != r.questions {
				t.Error("a promise was broken")
			}
			for _, k := range kinds {
				happened := slices.ContainsFunc(report.log, func(i incident) bool { return i.kind == k })
				if !happened && k != duplicates { // which are no incident of their own
					t.Errorf("no incident of the kind %q", k)
				}
			}
		})
	}
}

func TestPlansComeFromTheSeed(t *testing.T) {
	draw := func(seed uint64) []incident {
		return plan(seed, 10*time.Minute, 3, kinds[:], []path{toTelegram, toSlack, toRedis})
	}
	first := draw(1)
	if !slices.Equal(first, draw(1)) || slices.Equal(first, draw(2)) {
		t.Error("a plan is not the seed's")
	}
	until := map[int]time.Duration{}
	for _, i := range first {
		if i.to < i.from || i.to-i.from > longestTime || i.kind == stop && i.to-i.from < shortestStop {
			t.Errorf("%v has a wrong length", i)
		}
		if i.kind == kill || i.kind == term || i.kind == stop {
			if i.from < until[i.replica] {
				t.Errorf("%v, while it was out of order", i)
			}
			until[i.replica] = i.to
		}
	}
}

func TestReasons(t *testing.T) {
	const s = time.Second
	log := []incident{
		{kind: kill, replica: 1, from: 10 * s, to: 10 * s},
		{kind: network, replica: 1, path: toSlack, how: string(reset), from: 20 * s, to: 25 * s},
		{kind: redis, from: 30 * s, to: 40 * s},
		{kind: stop, replica: 3, from: 39 * s, to: 50 * s},
		{kind: term, replica: 1, from: 38 * s, to: 39 * s},
	}
	for name, test := range map[string]struct {
		first, next answer
		want        string // a part of the reason; empty when there is none
		weaker      bool
	}{
		"nothing happened":                      {answer{at: 1 * s, replica: 1}, answer{at: 2 * s, replica: 2}, "", false},
		"the platform lost its reply":           {answer{at: 1 * s, replica: 1, lost: true}, answer{at: 2 * s, replica: 2}, "lost its reply", false},
		"killed right after it":                 {answer{at: 9 * s, replica: 1}, answer{at: 20 * s, replica: 2}, "was killed", false},
		"killed, but another one":               {answer{at: 9 * s, replica: 2}, answer{at: 20 * s, replica: 1}, "", false},
		"killed long after it":                  {answer{at: 5 * s, replica: 1}, answer{at: 20 * s, replica: 2}, "", false},
		"its way was cut":                       {answer{at: 22 * s, replica: 1, via: toSlack}, answer{at: 27 * s, replica: 2}, "was cut", false},
		"another way was cut":                   {answer{at: 22 * s, replica: 1, via: toTelegram}, answer{at: 27 * s, replica: 2}, "", false},
		"redis was down":                        {answer{at: 31 * s, replica: 2}, answer{at: 35 * s, replica: 1}, "redis was down", true},
		"redis was back for long":               {answer{at: 31 * s, replica: 2}, answer{at: 60 * s, replica: 1}, "", false},
		"redis was back, but who knew was not":  {answer{at: 31 * s, replica: 3}, answer{at: 50 * s, replica: 1}, "redis was down", true},
		"redis was back, but who knew had gone": {answer{at: 31 * s, replica: 1}, answer{at: 60 * s, replica: 2}, "redis was down", true},
	} {
		reason, weaker := why(test.first, test.next, log)
		if (reason == "") != (test.want == "") || !strings.Contains(reason, test.want) || weaker != test.weaker {
			t.Errorf("%s: got %q, %v", name, reason, weaker)
		}
	}
}
