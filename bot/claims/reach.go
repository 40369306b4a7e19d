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

// mayNotKnow tells whether another program may have answered, or be answering, without
// that Redis can say so: it is away, but not for long yet, or it has just come back.
func (s *Shared) mayNotKnow() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.since.IsZero() {
		return time.Since(s.back) < absentTime
	}
	return time.Since(s.since) < aloneTime
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
	s.since, s.back = time.Time{}, s.looked
	s.log.Info("redis answers again")
	if s.alone != nil {
		s.alone()
		s.alone = nil
	}
}
