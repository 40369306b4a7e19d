package slacktest

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"strings"
	"time"
)

// The kinds of deliveries, in Socket Mode's words.
const (
	eventKind       = "events_api"
	commandKind     = "slash_commands"
	interactiveKind = "interactive"
)

const maxRetries = 3 // of an event that nobody answers; Slack's

// mail is everything that goes to the bot.
type mail struct {
	base      string               // of the bot's HTTP server; empty for Socket Mode
	envelopes map[string]*envelope // all that were ever sent, by id
	waiting   []outgoing           // for a socket
	sent      int
	acked     int
	slowest   time.Duration
	retries   []time.Duration // see RetryAsSlack
	givenUp   int
	share     float64 // of events delivered twice
	dice      *rand.Rand
}

func newMail() mail { return mail{envelopes: make(map[string]*envelope)} }

// A delivery is one thing the bot is told, however often it takes.
type delivery struct {
	kind     string
	payload  []byte // JSON; a command's is made a form for HTTP
	attempt  int
	reason   string
	timeouts int
	acked    bool
	givenUp  bool
	trigger  *trigger
	last     *envelope            // the newest on a socket
	heard    func(payload []byte) // takes the bot's answer, under the lock
}

// DeliverTo switches to HTTP: from now on the fake posts to the bot's own
// server at this address. An empty one switches back to Socket Mode.
func (s *Server) DeliverTo(baseURL string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base = strings.TrimSuffix(baseURL, "/")
}

// Acked counts the deliveries that the bot answered in any way that counts.
func (s *Server) Acked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.acked
}

// Unacked counts the deliveries whose answer Slack waits for, or will bring again for
// one. An answer that comes over a socket that is gone does not count: on a busy machine
// some events are answered and given up all the same.
func (s *Server) Unacked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent - s.acked - s.givenUp
}

// SlowestAck is the longest time between a try of a delivery and its answer.
func (s *Server) SlowestAck() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.slowest
}

// Duplicate makes this share of the events arrive twice, as Slack's do at
// times: half under the same event id, half under another with the same channel
// and ts. The same seed chooses the same events.
func (s *Server) Duplicate(seed uint64, share float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.share, s.dice = share, rand.New(rand.NewPCG(seed, 0))
}

// Event delivers an event in a proper envelope. It learns the timestamps inside,
// so that the bot may answer in those threads.
func (s *Server) Event(inner map[string]any) (eventID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.event(inner)
}

func (s *Server) event(inner map[string]any) string {
	s.learn(inner)
	id := s.id("Ev")
	outer := map[string]any{
		"token": s.verification, "team_id": s.TeamID, "api_app_id": s.AppID,
		"context_team_id": s.TeamID, "context_enterprise_id": nil,
		"type": "event_callback", "event": inner, "event_id": id, "event_time": time.Now().Unix(),
		"is_ext_shared_channel": false, "event_context": "4-" + id,
		"authorizations": []any{map[string]any{
			"enterprise_id": nil, "team_id": s.TeamID, "user_id": s.BotUserID,
			"is_bot": true, "is_enterprise_install": false,
		}},
	}
	s.deliver(&delivery{kind: eventKind, payload: encode(outer)})
	if s.dice != nil && s.dice.Float64() < s.share {
		again := maps.Clone(outer)
		if s.dice.IntN(2) == 0 {
			again["event_id"] = s.id("Ev")
		}
		s.deliver(&delivery{kind: eventKind, payload: encode(again)})
	}
	return id
}

// PushRaw sends these bytes once, as a message on a socket or as the signed body
// of an event. Nobody waits for an answer, and none is counted.
func (s *Server) PushRaw(body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.base != "" {
		base := s.base
		s.spawn(func() { s.postOnce(base+eventPath, "application/json", []byte(body), 0, "") })
		return
	}
	var raw struct {
		ID string `json:"envelope_id"`
	}
	if json.Unmarshal([]byte(body), &raw) == nil && raw.ID != "" && s.envelopes[raw.ID] == nil {
		s.envelopes[raw.ID] = &envelope{id: raw.ID}
	}
	s.toSocket(outgoing{data: []byte(body)})
}

// deliver sends something new on its way; the caller holds the lock.
func (s *Server) deliver(d *delivery) {
	s.sent++
	s.send(d)
}

func (s *Server) send(d *delivery) {
	if s.base != "" {
		base := s.base
		s.spawn(func() { s.post(base, d) })
		return
	}
	s.toSocket(outgoing{d: d})
}

// toSocket gives a message to the next socket in turn, or keeps it for the
// first that connects.
func (s *Server) toSocket(m outgoing) {
	if len(s.sockets) == 0 {
		s.waiting = append(s.waiting, m)
		return
	}
	s.turn++
	s.queue(s.sockets[s.turn%len(s.sockets)], m)
}

func (s *Server) again(d *delivery, reason string) {
	d.attempt++
	d.reason = reason
	s.send(d)
}

// answered counts the answer to a delivery; the caller holds the lock. An answer
// after the time is over counts too, though Slack has by then tried again.
func (s *Server) answered(d *delivery, took time.Duration, payload []byte) {
	s.slowest = max(s.slowest, took)
	if d.acked {
		return
	}
	d.acked = true
	s.acked++
	if d.givenUp {
		s.givenUp--
	}
	if d.last != nil {
		d.last.timer.stop()
		delete(d.last.k.inflight, d.last.id)
	}
	if d.heard != nil {
		d.heard(payload)
	}
}

// encode is for what came out of JSON or goes into it: it cannot fail but by a
// test's mistake.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("slacktest: " + err.Error())
	}
	return b
}
