package slacktest

import "time"

// RetryAsSlack brings an event that nobody answers again as Slack does, so many times
// faster: at once, after a minute, and after five. Then it is given up.
func (s *Server) RetryAsSlack(faster float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	minute := time.Duration(float64(time.Minute) / faster)
	s.retries = []time.Duration{0, minute, 5 * minute}
}

// GivenUp counts the events that were brought as often as Slack does, without an
// answer until now.
func (s *Server) GivenUp() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.givenUp
}

// retryPause is the time before another try, of which there were some; the caller
// holds the lock.
func (s *Server) retryPause(tries int, otherwise time.Duration) time.Duration {
	if tries < len(s.retries) {
		return s.retries[tries]
	}
	return otherwise
}

// giveUp notes that a delivery is not brought again; the caller holds the lock.
func (s *Server) giveUp(d *delivery) {
	if !d.givenUp && !d.acked {
		d.givenUp = true
		s.givenUp++
	}
}
