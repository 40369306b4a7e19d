package telegramtest

import (
	"net/http"
	"strconv"
	"time"
)

// A FaultKind says how a call goes wrong.
type FaultKind int

// The ways in which a call can go wrong. Only LostReply, Garbage and Slow let
// the call have its effect.
const (
	TooManyRequests FaultKind = iota + 1 // 429 with RetryAfter
	BadGateway                           // 502 with a body of HTML
	Reset                                // the connection is cut before any effect
	LostReply                            // the connection is cut after the effect
	Hang                                 // no answer until the client leaves, or Delay is over and the connection is cut
	Refuse                               // Code and Description, e.g. 403 "Forbidden: bot was blocked by the user"
	Garbage                              // 200 with half of the answer
	Slow                                 // Delay, then as usual
)

// A Fault befalls the next calls that match it.
type Fault struct {
	Method      string // "" for any but getUpdates, "*" for any
	Chat        int64  // 0 for any
	Kind        FaultKind
	RetryAfter  int    // seconds, sent as they are
	Times       int    // how many calls; 0 for one, negative for all
	Code        int    // of Refuse; 0 for 403
	Description string // of Refuse; the code's usual text if empty
	Delay       time.Duration
}

// Inject lets calls go wrong. Of several faults that match a call the one
// injected first befalls it.
func (s *Server) Inject(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Mend ends all faults that are still to befall a call.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Faulted counts the calls that went, or are going, wrong.
func (s *Server) Faulted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faulted
}

// takeFault finds and uses up the fault for a call.
func (s *Server) takeFault(name string, p params) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if !f.matches(name, p) {
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		if f.Times == 0 {
			s.faults = append(s.faults[:i], s.faults[i+1:]...)
		}
		taken := *f
		s.faulted++
		s.notify()
		return &taken
	}
	return nil
}

func (f *Fault) matches(name string, p params) bool {
	if f.Chat != 0 && p["chat_id"] != strconv.FormatInt(f.Chat, 10) {
		return false
	}
	switch f.Method {
	case "":
		return name != "getUpdates"
	case "*":
		return true
	}
	return f.Method == name
}

// fail applies the faults that come before a call's effect and says whether
// that was all of the call.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, f *Fault) bool {
	if f.Delay > 0 || f.Kind == Hang {
		s.pause(r.Context(), f.Delay)
	}
	switch f.Kind {
	case TooManyRequests:
		write(w, nil, tooManyRequests(f.RetryAfter))
	case BadGateway:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = w.Write([]byte("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n" +
			"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"))
	case Reset, Hang:
		cut(w)
	case Refuse:
		no := &apiError{Code: f.Code, Description: f.Description}
		if no.Code == 0 {
			no.Code = http.StatusForbidden
		}
		if no.Description == "" {
			no.Description = http.StatusText(no.Code)
		}
		write(w, nil, no)
	default:
		return false
	}
	return true
}

// lose remembers that the bot cannot know how a call ended.
func (s *Server) lose(name string, p params) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost[key(name, p)] = true
}

func tooManyRequests(seconds int) *apiError {
	return &apiError{
		Code:        http.StatusTooManyRequests,
		Description: "Too Many Requests: retry after " + strconv.Itoa(seconds),
		RetryAfter:  seconds,
	}
}
