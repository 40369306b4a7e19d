package slacktest

import (
	"encoding/json"
	"time"
)

// An envelope is one try of a delivery on one socket.
type envelope struct {
	id    string
	d     *delivery // nil for one pushed raw
	k     *socket
	sent  time.Time
	timer timer
	acked bool
}

// frame is an envelope as it goes over the socket.
func frame(e *envelope) []byte {
	f := map[string]any{
		"type": e.d.kind, "envelope_id": e.id, "payload": json.RawMessage(e.d.payload),
		"accepts_response_payload": e.d.kind != eventKind,
	}
	if e.d.kind == eventKind {
		f["retry_attempt"], f["retry_reason"] = e.d.attempt, e.d.reason
	}
	return encode(f)
}

// leaving starts the clocks of an envelope that is about to be written.
func (s *Server) leaving(e *envelope) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.sent = time.Now()
	e.d.trigger.start()
	if !s.closed {
		e.timer = timer{time.AfterFunc(s.pace.Ack, func() { s.unanswered(e) })}
	}
}

// unanswered sends an event again whose time was over. Slack repeats neither
// commands nor interactions: their user sees an error instead.
func (s *Server) unanswered(e *envelope) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := e.d
	if s.closed || d.acked || d.last != e {
		return
	}
	if d.kind != eventKind || d.timeouts == maxRetries {
		s.giveUp(d)
		return
	}
	pause := s.retryPause(d.timeouts, 0)
	d.timeouts++
	if pause == 0 {
		s.again(d, "timeout")
		return
	}
	delete(e.k.inflight, e.id) // its time is over: that the socket closes makes no difference
	e.timer = timer{time.AfterFunc(pause, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.closed && !d.acked && d.last == e {
			s.again(d, "timeout")
		}
	})}
}

// heard takes an acknowledgement from a socket; the caller holds the lock.
func (s *Server) heard(data []byte, now time.Time) {
	var ack map[string]json.RawMessage
	var id string
	if json.Unmarshal(data, &ack) != nil || json.Unmarshal(ack["envelope_id"], &id) != nil {
		s.reject("link: a message that is no acknowledgement: %.200s", data)
		return
	}
	for key := range ack {
		if key != "envelope_id" && key != "payload" {
			s.reject("link: an acknowledgement with the unknown key %q", key)
		}
	}
	e := s.envelopes[id]
	switch {
	case e == nil:
		s.reject("link: the envelope_id %q was never sent", id)
	case len(data) >= maxSocketAnswer:
		s.reject("link: an acknowledgement of %d bytes is dropped", len(data))
	case e.acked:
		s.reject("link: the envelope_id %q is acknowledged twice", id)
	case e.d == nil:
		e.acked = true
	default:
		e.acked = true
		payload := ack["payload"]
		if e.d.kind == eventKind && len(payload) > 0 && string(payload) != "null" {
			s.reject("link: an event accepts no response payload")
		}
		s.answered(e.d, now.Sub(e.sent), payload)
	}
}
