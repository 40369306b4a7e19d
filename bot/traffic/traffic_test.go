package traffic_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

func TestLanesKeepTheOrderWithinAConversation(t *testing.T) {
	var l traffic.Lanes[int]
	l.Wait() // nothing to wait for
	var mu sync.Mutex
	got := map[int][]int{}
	const conversations, each = 20, 200
	for job := range each {
		for in := range conversations {
			l.Add(in, int64(job), func() {
				mu.Lock()
				defer mu.Unlock()
				got[in] = append(got[in], job)
			})
		}
	}
	l.Wait()
	for in := range conversations {
		if len(got[in]) != each {
			t.Fatalf("%d of %d jobs were done", len(got[in]), each)
		}
		for i, job := range got[in] {
			if i != job {
				t.Fatalf("conversation %d: job %d came in place %d", in, job, i)
			}
		}
	}
}

func TestLanesGoSideBySide(t *testing.T) {
	var l traffic.Lanes[string]
	stuck, done := make(chan struct{}), make(chan struct{})
	l.Add("stuck", 1, func() { <-stuck })
	l.Add("other", 1, func() { close(done) })
	<-done
	close(stuck)
	l.Wait()
}

// What waits is done in the order of being written, however it arrived.
func TestLanesPutRightWhatArrivedOutOfOrder(t *testing.T) {
	var l traffic.Lanes[string]
	var got []int64
	started, begin := make(chan struct{}), make(chan struct{})
	l.Add("a chat", 7, func() { close(started); <-begin })
	<-started
	for _, written := range []int64{3, 1, 2, 5, 4, 1} {
		l.Add("a chat", written, func() { got = append(got, written) })
	}
	close(begin)
	l.Wait()
	if want := []int64{1, 1, 2, 3, 4, 5}; !slices.Equal(got, want) {
		t.Errorf("done in the order %v, want %v", got, want)
	}
}

func TestTroubleIsToldOnce(t *testing.T) {
	var out bytes.Buffer
	var calls calls
	trouble := traffic.NewTrouble(slog.New(slog.NewTextHandler(&out, nil)), "the post", &calls)
	ctx, cancel := context.WithCancel(context.Background())
	trouble.Good()
	for range 3 {
		trouble.Bad(ctx, "the van is stuck", errors.New("snow"))
	}
	trouble.Bad(ctx, "the horse is ill", errors.New("hay"))
	trouble.Good()
	trouble.Good()
	cancel()
	trouble.Bad(ctx, "nobody cares any more", errors.New("end"))
	if calls.through != 3 || calls.again != 4 {
		t.Errorf("counted %+v", calls)
	}
	for part, want := range map[string]int{"the van is stuck": 1, "cause=snow": 1, "the horse is ill": 1, "the post answers again": 1, "nobody cares": 0} {
		if n := strings.Count(out.String(), part); n != want {
			t.Errorf("%q is logged %d times, not %d:\n%s", part, n, want, &out)
		}
	}
}

type calls struct{ through, again int }

func (c *calls) Called(through bool) {
	if through {
		c.through++
	} else {
		c.again++
	}
}

func TestPacesAreOneEach(t *testing.T) {
	made := 0
	p := traffic.NewPaces(func(int) *rate.Limiter { made++; return rate.NewLimiter(1, 1) })
	if !p.Of(1).Allow() || p.Of(1).Allow() || !p.Of(2).Allow() || made != 2 {
		t.Errorf("%d limiters were made", made)
	}
}

func TestWorkGoesOnForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		taking, work, _ := traffic.Work(ctx, time.Minute)
		cancel()
		synctest.Wait()
		if taking.Err() == nil || work.Err() != nil {
			t.Error("taking ends at once, the work does not")
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if work.Err() == nil {
			t.Error("the work has no end")
		}
		taking, work, fail := traffic.Work(context.Background(), time.Minute)
		cause := errors.New("no key")
		fail(cause)
		synctest.Wait()
		if taking.Err() == nil || !errors.Is(context.Cause(work), cause) {
			t.Error("a failure ends both, and says why")
		}
	})
}

func TestSleepEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if traffic.Sleep(ctx, time.Hour) || !traffic.Sleep(context.Background(), time.Nanosecond) {
		t.Error("a sleep is true only when it was slept to its end")
	}
	pause := traffic.FirstPause
	for range 20 {
		pause = traffic.Longer(pause)
	}
	if pause != 30*time.Second {
		t.Errorf("the longest pause is %s", pause)
	}
}
