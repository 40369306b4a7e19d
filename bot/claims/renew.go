package claims

import (
	"context"
	"maps"
	"slices"
	"time"
)

// keep renews what is held, and tells what is owed, until ctx ends.
func (s *Shared) keep(ctx context.Context) {
	defer close(s.ended)
	tick := time.NewTicker(renewTime)
	defer tick.Stop()
	for {
		if err := s.refresh(ctx); err == nil {
			s.found()
		} else if ctx.Err() == nil {
			s.lost(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *Shared) refresh(ctx context.Context) error {
	if err := s.server.client.Ping(ctx).Err(); err != nil {
		return err
	}
	held := s.toRenew()
	for names := range slices.Chunk(held, maxNames) {
		if err := s.renew(ctx, names); err != nil {
			return err
		}
	}
	s.stale.forget()
	return s.tellOwed(ctx)
}

// toRenew are the leases but those that Redis does not know of when it has just come
// back: others tell first what they answered.
func (s *Shared) toRenew() (names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	justBack := !s.since.IsZero() || time.Since(s.back) < absentTime
	for name, l := range s.leases {
		if !l.alone || !justBack {
			names = append(names, name)
		}
	}
	return names
}

func (s *Shared) tellOwed(ctx context.Context) error {
	s.mu.Lock()
	owed := slices.Collect(maps.Keys(s.owed))
	s.mu.Unlock()
	for names := range slices.Chunk(owed, maxNames) {
		if err := s.tell(ctx, names); err != nil {
			return err
		}
	}
	return nil
}

// renew renews leases, and drops those that somebody else has by now.
func (s *Shared) renew(ctx context.Context, names []string) error {
	at := time.Now()
	mine, err := s.server.renew(ctx, names)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, name := range names {
		switch l := s.leases[name]; {
		case l == nil: // settled meanwhile; what the renewal made is free after a lease
		case !mine[i]:
			delete(s.leases, name)
			if l.lose != nil {
				l.lose()
			}
		default:
			l.renewed, l.alone = at, false
			if l.lapse != nil {
				l.lapse.Reset(sureTime - time.Since(at))
			}
		}
	}
	return nil
}
