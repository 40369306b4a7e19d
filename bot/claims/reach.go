package claims

import "time"

// Trouble says which promise is weaker at present; empty when none is.
func (s *Shared) Trouble() string {
	if !s.inReach() {
		return outOfReach
	}
	return s.local.Trouble()
}

const outOfReach = "redis is out of reach; meanwhile a question that reaches two programs may be answered twice"

func (s *Shared) inReach() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.since.IsZero()
}

// awayFor is how long Redis has been out of reach.
func (s *Shared) awayFor() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.since.IsZero() {
		return 0
	}
	return time.Since(s.since)
}

// lost notes that Redis is out of reach.
func (s *Shared) lost(cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looked = time.Now()
	if s.since.IsZero() {
		s.since = s.looked
		s.log.Warn(outOfReach, "cause", clean(cause))
	}
}

// found notes that Redis is in reach again. Turns that were taken without it end.
func (s *Shared) found() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looked = time.Now()
	if s.since.IsZero() {
		return
	}
	s.since = time.Time{}
	s.log.Info("redis answers again")
	if s.alone != nil {
		s.alone()
		s.alone = nil
	}
}
