package claims

import (
	"context"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/claims/redistest"
)

func TestATurnIsTakenOver(t *testing.T) {
	for name, end := range map[string]func(a *Shared, resign func()){
		"given back": func(_ *Shared, resign func()) { resign() },
		"frozen":     func(a *Shared, _ func()) { freeze(a, 0) },
		"frozen, and the clock jumps back": func(a *Shared, _ func()) {
			freeze(a, 0)
			if err := outlive(a, "fetching"); err != nil {
				t.Error(err)
			}
		},
		"never missed": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := redistest.Start(t)
			a, b := share(t, quiet(), r), share(t, quiet(), r)
			first, resign := a.Lead(ctx, "fetching")
			defer resign()
			waiting, leave := context.WithTimeout(ctx, patience)
			defer leave()
			next := make(chan context.Context)
			go func() {
				leading, _ := b.Lead(waiting, "fetching")
				next <- leading
			}()
			if end == nil {
				select {
				case <-next:
					t.Error("it was taken from who has it")
				case <-time.After(leaseTime + absentTime + 2*lookTime):
				}
				leave()
				<-next
				return
			}
			end(a, resign)
			if leading := <-next; leading == nil || first.Err() == nil {
				t.Errorf("the next one leads: %v; the first one still does: %v", leading, first.Err() == nil)
			}
		})
	}
}

// Whoever is cut off from Redis stops before another takes over; when nobody can
// reach Redis, the last one goes on by itself, until Redis is back.
func TestATurnWithoutRedis(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	a := share(t, quiet(), r)
	first, resign := a.Lead(ctx, "fetching")
	r.Kill()
	<-first.Done()
	resign()
	alone, resign := a.Lead(ctx, "fetching")
	if alone == nil || a.Trouble() == "" {
		t.Fatal("nobody leads while redis is away")
	}
	if err := r.Again(); err != nil {
		t.Fatal(err)
	}
	<-alone.Done()
	resign()
	again, resign := a.Lead(ctx, "fetching")
	if again == nil || a.Trouble() != "" {
		t.Errorf("once redis is back, there is trouble: %s", a.Trouble())
	}
	resign()
}
