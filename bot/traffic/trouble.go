package traffic

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// A Meter counts calls to a platform.
type Meter interface {
	// Called counts a call. One that did not go through is tried again.
	Called(through bool)
}

// Trouble tells operators once when something goes wrong, and once when it is over.
type Trouble struct {
	log      *slog.Logger
	platform string
	meter    Meter

	mu   sync.Mutex
	last string
}

// NewTrouble tells of trouble with a platform.
func NewTrouble(log *slog.Logger, platform string, m Meter) *Trouble {
	return &Trouble{log: log, platform: platform, meter: m}
}

// Bad logs what is wrong, unless it is what was logged last, or only that ctx ended.
func (t *Trouble) Bad(ctx context.Context, what string, cause error) {
	if ctx.Err() != nil {
		return
	}
	t.meter.Called(false)
	t.mu.Lock()
	defer t.mu.Unlock()
	if what != t.last {
		t.last = what
		t.log.Warn(what, "cause", cause)
	}
}

// Good notes that all is well.
func (t *Trouble) Good() {
	t.meter.Called(true)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last != "" {
		t.last = ""
		t.log.Info(t.platform + " answers again")
	}
}

// A Judge says of a failed call whether the same call may succeed later, what to
// tell operators, and how long the platform asks to wait.
type Judge func(error) (again bool, says string, wait time.Duration)

// Try makes a call until it succeeds, ctx ends, or the judge says that it never will.
func (t *Trouble) Try(ctx context.Context, judge Judge, one func(context.Context) error) error {
	for pause := FirstPause; ; pause = Longer(pause) {
		err := one(ctx)
		if err == nil {
			t.Good()
			return nil
		}
		again, says, wait := judge(err)
		if ctx.Err() != nil || !again {
			return err
		}
		t.Bad(ctx, says, err)
		if !Sleep(ctx, max(pause, wait)) {
			return ctx.Err()
		}
	}
}
