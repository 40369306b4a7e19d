package claims

import (
	"context"
	"strings"
	"time"
)

const (
	lookTime = time.Second // between two looks whose turn it is
	// absentTime is how long nobody may hold the turn before it is taken: a Redis that
	// lost its data hears of it again from who has it, at the next renewal.
	absentTime = renewTime + time.Second
	// aloneTime is how long Redis must be out of reach before a program takes its turn
	// all the same. By then whoever cannot be reached has lost it, and whoever can be
	// has taken over; others than the last one wait longer, so that they do not meet.
	aloneTime       = 20 * time.Second
	aloneTimeOthers = time.Minute
)

// Lead waits for this program's turn to be the only one that does something, such as
// fetching. leading ends when the turn is lost, and with resign; it is nil when ctx
// ends first.
func (s *Shared) Lead(ctx context.Context, what string) (leading context.Context, resign func()) {
	name := s.name(what)
	var absent time.Time // since when nobody holds the turn
	look := time.NewTicker(lookTime)
	defer look.Stop()
	for ctx.Err() == nil {
		is, err := s.server.look(ctx, name)
		s.stale.saw(name, is)
		switch {
		case err != nil && ctx.Err() == nil:
			s.lost(err)
			if s.mayGoAlone(name) {
				return s.goAlone(ctx)
			}
			fallthrough
		case is != "" && !strings.HasPrefix(is, s.server.owner) && s.stale.of(name) == "":
			absent = time.Time{}
		case absent.IsZero():
			absent = time.Now()
		case time.Since(absent) >= absentTime:
			if leading, resign := s.takeTurn(ctx, name); leading != nil {
				return leading, resign
			}
		}
		select {
		case <-ctx.Done():
		case <-look.C:
		}
	}
	return nil, nil
}

// takeTurn takes the turn, unless somebody was quicker.
func (s *Shared) takeTurn(ctx context.Context, name string) (context.Context, func()) {
	at := time.Now()
	if state, _, err := s.server.take(ctx, name, s.stale.of(name)); err != nil || state != Mine {
		return nil, nil
	}
	s.stale.saw(name, "")
	leading, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.led[name] = true
	s.leases[name] = &lease{renewed: at, lose: cancel, lapse: time.AfterFunc(sureTime-time.Since(at), cancel)}
	return leading, func() {
		s.settle(name, false)
		cancel()
	}
}

// mayGoAlone tells whether Redis has been out of reach for so long that a turn is
// taken without it.
func (s *Shared) mayGoAlone(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	limit := aloneTimeOthers
	if s.led[name] {
		limit = aloneTime
	}
	return !s.since.IsZero() && time.Since(s.since) >= limit
}

// goAlone takes a turn that ends when Redis is in reach again.
func (s *Shared) goAlone(ctx context.Context) (context.Context, func()) {
	leading, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.mu.Lock()
	defer s.mu.Unlock()
	earlier := s.alone
	s.alone = func() {
		cancel()
		if earlier != nil {
			earlier()
		}
	}
	return leading, cancel
}
