package slacktest

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// A FaultKind is a way for a call to fail.
type FaultKind int

const (
	// TooManyRequests is HTTP 429 with Retry-After.
	TooManyRequests FaultKind = iota + 1
	// ServerError is HTTP 503 with a page of HTML.
	ServerError
	// Reset cuts the connection before any effect.
	Reset
	// LostReply does what was asked, then cuts the connection.
	LostReply
	// Hang never answers; the connection is cut when Delay, if any, is over.
	Hang
	// Refuse answers ok:false with Error.
	Refuse
	// Slow waits for Delay, then does what was asked.
	Slow
	// Garbage answers 200 with no JSON, without any effect.
	Garbage
)

// A Fault is a failure to come.
type Fault struct {
	// Method is of the Web API, or "response_url", or "link" for the opening of
	// a socket. Empty is any of them.
	Method string
	Kind   FaultKind
	// RetryAfter is in seconds, for TooManyRequests.
	RetryAfter int
	// Times is how many calls fail: none is one, less than none is all.
	Times int
	// Error is for Refuse.
	Error string
	// Delay comes before a fault of any kind.
	Delay time.Duration
	// Channel narrows it to calls for this channel.
	Channel string
}

// trouble is what the server was told to do badly.
type trouble struct {
	faults  []Fault
	revoked bool
	limited bool
	scopes  []string // nil is every one
}

// Inject makes calls fail. Of several faults for a call, the oldest is played.
func (s *Server) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults = append(s.faults, f)
}

// Mend ends all failures that are still to come.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Revoke makes every token worthless for good.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
}

// LimitRates turns on Slack's limit on chat.postMessage: a few at once, then one
// a second in each channel.
func (s *Server) LimitRates(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limited = on
}

// Scopes sets what the bot token is allowed; without a call it is everything
// the fake knows.
func (s *Server) Scopes(granted ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = append([]string{}, granted...)
}

func (s *Server) nextFault(method, channel string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults {
		f := &s.faults[i]
		if f.Method != "" && f.Method != method || f.Channel != "" && f.Channel != channel {
			continue
		}
		found := *f
		if f.Times > 0 {
			f.Times--
			if f.Times == 0 {
				s.faults = slices.Delete(s.faults, i, i+1)
			}
		}
		return found, true
	}
	return Fault{}, false
}

// faulty plays the fault that is due for a call. It is over when the call must
// have no effect; lose says to cut the connection after the effect.
func (s *Server) faulty(w http.ResponseWriter, r *http.Request, method, channel string) (over, lose bool) {
	f, ok := s.nextFault(method, channel)
	if !ok {
		return false, false
	}
	if f.Delay > 0 && !s.pause(r.Context(), f.Delay) {
		cut(w)
		return true, false
	}
	switch f.Kind {
	case TooManyRequests:
		ratelimited(f.RetryAfter).write(w)
	case ServerError:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		w.Write([]byte("<!DOCTYPE html><html><body><h1>Service unavailable</h1></body></html>"))
	case Hang:
		if f.Delay <= 0 {
			wait(r.Context(), s.ctx)
		}
		cut(w)
	case Reset:
		cut(w)
	case Refuse:
		(&refusal{code: f.Error}).reply().write(w)
	case Garbage:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Write([]byte(`{"ok":tru`))
	default: // Slow, LostReply
		return false, f.Kind == LostReply
	}
	return true, false
}

func wait(either, other context.Context) {
	select {
	case <-either.Done():
	case <-other.Done():
	}
}

// cut ends the connection of a call without an answer.
func cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

func ratelimited(after int) reply {
	r := (&refusal{code: "ratelimited"}).reply()
	r.status = http.StatusTooManyRequests
	r.header = map[string]string{"Retry-After": strconv.Itoa(after)}
	return r
}
