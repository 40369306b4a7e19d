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
		_, taken = b.Claim(ctx, "lost")
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
	if err := r.Again(); err != nil {
		t.Fatal(err)
	}
	until(t, "redis is in reach", func() bool { return a.Trouble() == "" && b.Trouble() == "" })
	until(t, "redis is told what was answered", func() bool {
		s, _ := b.Claim(ctx, "begun meanwhile")
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

func TestATurnIsTakenOver(t *testing.T) {
	for name, end := range map[string]func(a *Shared, resign func()){
		"given back":   func(_ *Shared, resign func()) { resign() },
		"frozen":       func(a *Shared, _ func()) { freeze(a, 0) },
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
