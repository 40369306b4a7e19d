package claims

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/claims/redistest"
)

// patience is how long a test waits for what should happen soon.
const patience = 2 * time.Minute

func until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !cond(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func TestTwoProgramsShareClaims(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	a, b := share(t, quiet(), r), share(t, quiet(), r)
	held := expect(t, a, "1", Mine)
	expect(t, b, "1", Busy)
	held.Settle(false)
	held = expect(t, b, "1", Mine)
	expect(t, a, "1", Busy)
	held.Settle(true)
	expect(t, a, "1", Done)
	expect(t, b, "1", Done)
}

// freeze makes a program stand still, as SIGSTOP does: it renews nothing. What it
// renewed last was a while ago.
func freeze(s *Shared, ago time.Duration) {
	s.stop()
	<-s.ended
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.leases {
		l.renewed = l.renewed.Add(-ago)
	}
	s.looked = s.looked.Add(-ago)
}

func TestAClaimOutlivesNobody(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	a, b := share(t, quiet(), r), share(t, quiet(), r)
	kept, lost := expect(t, a, "kept", Mine), expect(t, a, "lost", Mine)
	time.Sleep(leaseTime + renewTime)
	expect(t, b, "kept", Busy) // it is renewed
	freeze(a, leaseTime)
	var taken *Held
	until(t, "the claim is free", func() bool {
		_, taken = b.Claim(ctx, Delivery{ID: "lost"})
		return taken != nil
	})
	if Check(lost.In(ctx)) == nil || Check(taken.In(ctx)) != nil {
		t.Error("who stood still does not notice that somebody else is answering")
	}
	if err := Check(kept.In(ctx)); err != nil {
		t.Errorf("nobody took the other one, and yet: %v", err)
	}
	lost.Settle(false)
	expect(t, a, "lost", Busy)
	taken.Settle(true)
	expect(t, a, "lost", Done)
}

// outlive makes what a program holds last for an hour in Redis, as it does when
// Redis's clock jumps back.
func outlive(s *Shared, what string) error {
	return s.server.client.PExpire(ctx, s.name(what), time.Hour).Err()
}

// A claim of a program that was killed is free in the end, even when Redis's clock
// jumps back by an hour.
func TestAClaimOutlivesNobodyWhenTheClockJumps(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	a, b := share(t, quiet(), r), share(t, quiet(), r)
	expect(t, a, "1", Mine)
	freeze(a, 0)
	if err := outlive(a, "1"); err != nil {
		t.Fatal(err)
	}
	expect(t, b, "1", Busy)
	until(t, "the claim is free", func() bool {
		state, _ := b.Claim(ctx, Delivery{ID: "1"})
		return state == Mine
	})
}

// hears is a log that can be read while it is written.
type hears struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (h *hears) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.out.Write(p)
}

func (h *hears) count(part string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Count(h.out.String(), part)
}

func TestAnswersGoOnWithoutRedis(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	var log hears
	a, b := share(t, slog.New(slog.NewTextHandler(&log, nil)), r), share(t, quiet(), r)
	before := expect(t, a, "begun before", Mine)
	r.Kill()
	during := expect(t, a, "begun meanwhile", Mine)
	expect(t, a, "begun meanwhile", Busy)
	if a.Trouble() != outOfReach || Check(before.In(ctx)) != nil || Check(during.In(ctx)) != nil {
		t.Errorf("the trouble is %q", a.Trouble())
	}
	before.Settle(true)
	during.Settle(true)
	expect(t, a, "begun meanwhile", Done)
	if state, _ := b.Claim(ctx, Delivery{ID: "begun meanwhile", Again: true}); state != Busy {
		t.Errorf("what was brought to another program before is claimed without Redis: %v", state)
	}
	if err := r.Again(); err != nil {
		t.Fatal(err)
	}
	until(t, "redis is in reach", func() bool { return a.Trouble() == "" && b.Trouble() == "" })
	until(t, "redis is told what was answered", func() bool {
		s, _ := b.Claim(ctx, Delivery{ID: "begun meanwhile"})
		return s == Done
	})
	expect(t, b, "begun before", Done)
	if log.count(outOfReach) != 1 || log.count("redis answers again") != 1 {
		t.Errorf("the log says\n%s", &log.out)
	}
}

// What was claimed without Redis is looked up there once Redis is back: another program
// may have answered meanwhile.
func TestClaimsMadeWithoutRedis(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	a, b := share(t, quiet(), r), share(t, quiet(), r)
	r.Kill()
	first, second, own := expect(t, a, "1", Mine), expect(t, b, "1", Mine), expect(t, a, "2", Mine)
	second.Settle(true)
	freeze(a, leaseTime)
	if err := r.Again(); err != nil {
		t.Fatal(err)
	}
	until(t, "redis is in reach", func() bool { return b.Trouble() == "" })
	if Check(first.In(ctx)) == nil {
		t.Error("it was answered by another program, and is answered again")
	}
	if err := Check(own.In(ctx)); err != nil {
		t.Errorf("nobody answered it, and yet: %v", err)
	}
	expect(t, b, "2", Busy)
}

// A Redis that starts again without its data learns again who holds what.
func TestRedisLosesItsData(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	a, b := share(t, quiet(), r), share(t, quiet(), r)
	held := expect(t, a, "1", Mine)
	leading, resign := a.Lead(ctx, "fetching")
	defer resign()
	waiting, leave := context.WithCancel(ctx)
	ended := make(chan bool)
	go func() {
		other, _ := b.Lead(waiting, "fetching")
		ended <- other == nil
	}()
	for range 5 {
		if err := a.server.client.FlushAll(ctx).Err(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(renewTime + lookTime/2)
	}
	expect(t, b, "1", Busy)
	leave()
	if alone := <-ended; !alone || leading.Err() != nil || Check(held.In(ctx)) != nil {
		t.Errorf("only one leads: %v; it was never lost: %v; nor was the claim: %v", alone, leading.Err(), Check(held.In(ctx)))
	}
}

// A server that takes connections and never answers holds nobody up for long.
func TestRedisStalls(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go io.Copy(io.Discard, c)
		}
	}()
	var log hears
	s, err := NewShared(slog.New(slog.NewTextHandler(&log, nil)), "redis://:secret@"+l.Addr().String(), Key{}, NewMemory(Key{}))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	expect(t, s, "1", Mine).Settle(true)
	expect(t, s, "1", Done)
	if log.count("it does not answer in time") != 1 || log.count("secret") != 0 {
		t.Errorf("the log says\n%s", &log.out)
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t, "--requirepass", "correct horse")
	for password, works := range map[string]bool{"correct%20horse": true, "wrong-one": false} {
		var log hears
		address := strings.Replace(r.URL(), "redis://", "redis://:"+password+"@", 1)
		s, err := NewShared(slog.New(slog.NewTextHandler(&log, nil)), address, Key{}, NewMemory(Key{}))
		if err != nil {
			t.Fatal(err)
		}
		expect(t, s, "1", Mine).Settle(true)
		if in := s.Trouble() == ""; in != works {
			t.Errorf("%s: in reach is %v; the log says\n%s", password, in, &log.out)
		}
		if err := Reach(ctx, address); (err == nil) != works || err != nil && strings.Contains(err.Error(), "wrong-one") {
			t.Errorf("%s: reaching it gives %v", password, err)
		}
		if log.count("horse") > 0 || log.count("wrong-one") > 0 || !works && log.count("WRONGPASS") != 1 {
			t.Errorf("the log says\n%s", &log.out)
		}
		s.Close()
	}
	if _, err := NewShared(quiet(), "http://:secret@example.org", Key{}, nil); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("the error is %v", err)
	}
}
