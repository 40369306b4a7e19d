package claims

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func state(t *testing.T, m *Memory, delivery string) (State, func(bool)) {
	t.Helper()
	s, settle, err := m.Claim(context.Background(), delivery)
	if err != nil {
		t.Fatal(err)
	}
	return s, settle
}

func TestADeliveryIsClaimedOnce(t *testing.T) {
	m := NewMemory()
	now := time.Now()
	m.now = func() time.Time { return now }
	expect := func(step string, want State) func(bool) {
		t.Helper()
		got, settle := state(t, m, "telegram 1")
		if got != want {
			t.Fatalf("%s: state %d, want %d", step, got, want)
		}
		return settle
	}
	settle := expect("first", Mine)
	expect("while it is answered", Busy)
	now = now.Add(2 * keep)
	expect("even if that takes long", Busy)
	settle(false)
	settle = expect("after a failure", Mine)
	settle(true)
	settle(false)
	expect("after an answer, settled twice", Done)
	now = now.Add(keep)
	expect("after the time limit", Mine)
}

func TestSideBySideOneWins(t *testing.T) {
	m := NewMemory()
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if s, settle, _ := m.Claim(context.Background(), "x"); s == Mine {
				won.Add(1)
				settle(true)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of them got it", won.Load())
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := NewMemory()
	for i := range most + 1000 {
		_, settle := state(t, m, fmt.Sprint(i))
		settle(true)
	}
	if len(m.claims) != most || len(m.order) != most {
		t.Errorf("%d claims and %d in order, want %d", len(m.claims), len(m.order), most)
	}
}
