package main

import (
	"log/slog"
	"maps"
	"slices"
	"sync"

	"github.com/frontdesk-care/frontdesk/bot"
)

// counts are the numbers that a run leaves behind: never a text, never a person.
type counts struct {
	mu       sync.Mutex
	answered map[bot.Kind]int
	right    int
	wrong    int
}

func newCounts() *counts { return &counts{answered: map[bot.Kind]int{}} }

// Answered counts a reply.
func (c *counts) Answered(kind bot.Kind, _ string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answered[kind]++
}

// Judged counts what somebody said of an answer.
func (c *counts) Judged(_ string, right bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if right {
		c.right++
	} else {
		c.wrong++
	}
}

// log writes all counts on one line.
func (c *counts) log(log *slog.Logger) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var line []any
	for _, kind := range slices.Sorted(maps.Keys(c.answered)) {
		line = append(line, string(kind), c.answered[kind])
	}
	log.Info("replies since the start", append(line, "said to be right", c.right, "said to be wrong", c.wrong)...)
}
