package telegramtest

import (
	"slices"
	"time"
)

// Sent returns the bot's messages in a chat, oldest first, in their present
// state.
func (s *Server) Sent(chat int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chat]
	if c == nil {
		return nil
	}
	sent := make([]Message, len(c.sent))
	for i, m := range c.sent {
		sent[i] = *m.view
	}
	return sent
}

// Calls returns the accepted calls of a method, oldest first. A poll counts
// when it starts.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	// Calls are only ever added, so the caller may share them; clipped, as it
	// may append.
	return slices.Clip(s.calls[method])
}

// Rejected returns every call that the server refused for being wrong, as
// "method: description". Faults, rate limits, conflicts and revoked tokens are
// not in here, nor is a refused repetition of a call whose answer a fault lost.
func (s *Server) Rejected() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.rejected)
}

// Answered returns how the bot answered a callback query or an inline query.
func (s *Server) Answered(id string) (Call, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queries[id]
	if q == nil || q.answer == nil {
		return Call{}, false
	}
	return *q.answer, true
}

// Pending counts the updates that the bot has not confirmed.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queue.pending
}

// Confirmed returns the highest update id that the bot confirmed, 0 at first.
func (s *Server) Confirmed() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queue.confirmed
}

// TooFast counts the calls that [Server.LimitRates] refused.
func (s *Server) TooFast() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tooFast
}

// Busy returns the time spent in answering calls, summed over them, without
// that in which polls waited for updates. A delay that a fault asked for counts.
func (s *Server) Busy() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy
}

// Revoke makes every call from now on fail with 401, open polls too.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
	s.notify()
}

// SetBatch lets getUpdates return at most n updates, however many were asked for.
func (s *Server) SetBatch(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batch = max(1, min(n, maxBatch))
}
