package telegramtest

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

const (
	maxBatch   = 100 // updates
	maxTimeout = 50  // seconds
)

// A poll is a getUpdates that waits. Its channel is closed when another call
// puts an end to it, for the reason given.
type poll struct {
	ended  chan struct{}
	reason string
}

// getUpdates answers with updates as soon as there are any, or when the
// timeout is over. It returns the time for which it waited.
func (s *Server) getUpdates(ctx context.Context, p params) (json.RawMessage, time.Duration, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mine, refused := s.startPoll(p)
	if refused != nil {
		return nil, 0, refused
	}
	defer func() {
		if s.poll == mine {
			s.poll = nil
		}
	}()
	timer := time.NewTimer(time.Duration(p.number("timeout", 0)) * time.Second)
	defer timer.Stop()
	var waited time.Duration
	for over := p.number("timeout", 0) == 0; ; {
		if refused := s.interrupted(mine); refused != nil {
			return nil, waited, refused
		}
		limit := min(int(p.number("limit", maxBatch)), s.batch)
		if batch := s.take(limit); over || len(batch) > 0 {
			return list(batch), waited, nil
		}
		changed := s.changed
		start := time.Now()
		s.mu.Unlock()
		select {
		case <-changed:
		case <-mine.ended:
		case <-timer.C:
			over = true
		case <-ctx.Done():
			over = true // nobody reads the answer
		case <-s.ctx.Done():
			over = true
		}
		s.mu.Lock()
		waited += time.Since(start)
	}
}

// startPoll checks a call, confirms what it confirms and takes the place of a
// poll that is open.
func (s *Server) startPoll(p params) (*poll, *apiError) {
	refused := p.check(map[string]kind{"offset": isInteger, "limit": isInteger, "timeout": isInteger, "allowed_updates": isJSON})
	if refused != nil {
		return nil, refused
	}
	if n := p.number("limit", maxBatch); n < 1 || n > maxBatch {
		return nil, badRequest("limit must be between 1 and %d", maxBatch)
	}
	if n := p.number("timeout", 0); n < 0 || n > maxTimeout {
		return nil, badRequest("timeout must be between 0 and %d", maxTimeout)
	}
	if s.hook != nil {
		return nil, conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	if refused := s.allow(p); refused != nil {
		return nil, refused
	}
	s.endPoll("terminated by other getUpdates request; make sure that only one bot instance is running")
	s.poll = &poll{ended: make(chan struct{})}
	s.queue.confirmBelow(p.number("offset", 0))
	s.record("getUpdates", p)
	s.notify()
	return s.poll, nil
}

// endPoll lets an open poll fail.
func (s *Server) endPoll(reason string) {
	if s.poll != nil {
		s.poll.reason = reason
		close(s.poll.ended)
		s.poll = nil
	}
}

// interrupted says why a poll must end without updates.
func (s *Server) interrupted(p *poll) *apiError {
	switch {
	case s.revoked:
		return unauthorised()
	case p.reason != "":
		return conflict(p.reason)
	}
	return nil
}

func conflict(why string) *apiError {
	return &apiError{Code: http.StatusConflict, Description: "Conflict: " + why}
}
