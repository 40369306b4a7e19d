// Package traffic is what the chat channels share in dealing with a platform: the
// order within a conversation ([Lanes]), the pace of sending ([Paces]), pauses
// between tries ([Sleep], [Longer]), and telling operators of trouble once ([Trouble]).
//
// It must not know any platform, nor what is said. Start reading at [Lanes].
package traffic

import (
	"context"
	"time"
)

// FirstPause is the pause after a first failure; longestPause the one after many.
const (
	FirstPause   = 500 * time.Millisecond
	longestPause = 30 * time.Second
)

// Longer is the pause after the next failure.
func Longer(pause time.Duration) time.Duration { return min(2*pause, longestPause) }

// Sleep waits; it is false when ctx ends first.
func Sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
