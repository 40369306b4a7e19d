// Package traffic is what the channels share in dealing with a platform and its
// people: the order within a conversation ([Lanes]), the pace of sending ([Paces]),
// pauses between tries ([Sleep], [Longer]), ending well ([Work]), telling operators of
// trouble once ([Trouble]), and forgetting in time who was there ([Recent]).
//
// It must not know any platform, nor what is said. Start reading at [Lanes].
package traffic

import (
	"context"
	"time"
)

// Work gives a channel two contexts: in one it takes what comes, and in the other it
// answers that. The first ends with ctx, the second only some time after, so that
// what was taken is still answered. fail ends both at once and says why.
func Work(ctx context.Context, after time.Duration) (taking, work context.Context, fail context.CancelCauseFunc) {
	taking, stop := context.WithCancel(ctx)
	work, fail = context.WithCancelCause(context.WithoutCancel(ctx))
	context.AfterFunc(work, stop)
	context.AfterFunc(taking, func() {
		time.AfterFunc(after, func() { fail(nil) })
	})
	return taking, work, fail
}

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
