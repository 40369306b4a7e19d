package telegramtest

import "time"

// SetClock lets tests of the fake itself move its clock.
func (s *Server) SetClock(now func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = now
}
