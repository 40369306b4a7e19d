package claims

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/claims/redistest"
)

var ctx = context.Background()

type all interface {
	local
	Lead(ctx context.Context, what string) (leading context.Context, resign func())
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func openFile(t *testing.T, folder string) *File {
	t.Helper()
	f, err := OpenFile(quiet(), folder, NewKey("token"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func share(t *testing.T, log *slog.Logger, r *redistest.Server) *Shared {
	t.Helper()
	s, err := NewShared(log, r.URL(), NewKey("token"), NewMemory(NewKey("token")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// Every kind of claims keeps this contract.
func TestContract(t *testing.T) {
	for name, open := range map[string]func(*testing.T) all{
		"memory": func(*testing.T) all { return NewMemory(NewKey("token")) },
		"file":   func(t *testing.T) all { return openFile(t, t.TempDir()) },
		"shared": func(t *testing.T) all { return share(t, quiet(), redistest.Start(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := open(t)
			t.Run("a delivery is claimed once", func(t *testing.T) { once(t, c) })
			t.Run("of several side by side, one wins", func(t *testing.T) { sideBySide(t, c) })
			t.Run("a turn is given and given back", func(t *testing.T) { turns(t, c) })
			if trouble := c.Trouble(); trouble != "" {
				t.Errorf("it has trouble: %s", trouble)
			}
		})
	}
}

// expect claims a delivery and wants this state.
func expect(t *testing.T, c local, delivery string, want State) *Held {
	t.Helper()
	got, held := c.Claim(ctx, Delivery{ID: delivery})
	if got != want || (held != nil) != (want == Mine) {
		t.Fatalf("state %d and held %v, want state %d", got, held, want)
	}
	return held
}

func once(t *testing.T, c local) {
	first := expect(t, c, "telegram 1", Mine)
	expect(t, c, "telegram 1", Busy)
	expect(t, c, "telegram 2", Mine)
	if err := Check(first.In(ctx)); err != nil {
		t.Errorf("held, and yet %v", err)
	}
	first.Settle(false)
	second := expect(t, c, "telegram 1", Mine)
	first.Settle(true)
	expect(t, c, "telegram 1", Busy)
	second.Settle(true)
	second.Settle(false)
	expect(t, c, "telegram 1", Done)
	if err := Check(ctx); err != nil {
		t.Errorf("without a claim: %v", err)
	}
}

func sideBySide(t *testing.T, c local) {
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if s, held := c.Claim(ctx, Delivery{ID: "x"}); s == Mine {
				won.Add(1)
				held.Settle(true)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of them got it", won.Load())
	}
}

func turns(t *testing.T, c all) {
	leading, resign := c.Lead(ctx, "fetching")
	if leading == nil || leading.Err() != nil {
		t.Fatalf("the turn is not taken: %v", leading)
	}
	resign()
	if leading.Err() == nil {
		t.Error("the turn goes on after it was given back")
	}
	over, cancel := context.WithCancel(ctx)
	cancel()
	if leading, _ := c.Lead(over, "fetching"); leading != nil {
		t.Error("a turn was given to somebody who is leaving")
	}
}

func TestMemoryForgets(t *testing.T) {
	t.Run("after a day", func(t *testing.T) {
		m := NewMemory(Key{})
		now := time.Now()
		m.now = func() time.Time { return now }
		held := expect(t, m, "x", Mine)
		now = now.Add(2 * keepTime)
		expect(t, m, "x", Busy)
		held.Settle(true)
		now = now.Add(keepTime - 1)
		expect(t, m, "x", Done)
		now = now.Add(1)
		expect(t, m, "x", Mine)
	})
	t.Run("the oldest of too many", func(t *testing.T) {
		m := NewMemory(Key{})
		for i := range mostClaims + 1000 {
			expect(t, m, fmt.Sprint(i), Mine).Settle(true)
		}
		if len(m.claims) != mostClaims || len(m.order) != mostClaims {
			t.Errorf("%d claims and %d in order, want %d", len(m.claims), len(m.order), mostClaims)
		}
	})
}

func TestKeys(t *testing.T) {
	first := NewKey("a", "b")
	if again := NewKey("a", "b"); again != first {
		t.Error("the same secrets give another key")
	}
	if first == NewKey("ab") || first == NewKey("b", "a") || first == NewKey("a", "b", "") {
		t.Error("other secrets give the same key")
	}
	if NewKey("a").hash("1") == NewKey("b").hash("1") {
		t.Error("without the key, a hash can be made")
	}
}

func TestALostClaimIsTold(t *testing.T) {
	lost := &Held{still: func(context.Context) bool { return false }}
	if err := Check(lost.In(ctx)); !errors.Is(err, ErrLost) {
		t.Errorf("got %v", err)
	}
}
