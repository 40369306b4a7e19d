package slacktest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Where the bot's own server takes deliveries.
const (
	eventPath    = "/slack/events"
	commandPath  = "/slack/commands"
	interactPath = "/slack/interactivity"
)

// Sign makes the headers of a request with this body that Slack sent at this
// time.
func (s *Server) Sign(body []byte, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.SigningSecret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	h := make(http.Header)
	h.Set("X-Slack-Request-Timestamp", stamp)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return h
}

// VerifyURL asks the bot's server at this path whether it is one, as Slack does
// when the address is entered. The status is 0 when nothing answers; an answer
// that is right holds the challenge "slacktest-challenge".
func (s *Server) VerifyURL(path string) (status int, body string) {
	s.mu.Lock()
	base := s.base
	s.mu.Unlock()
	a := s.postOnce(base+path, "application/json", encode(map[string]any{
		"token": s.verification, "challenge": "slacktest-challenge", "type": "url_verification",
	}), 0, "")
	return a.status, string(a.body)
}

// An answer is what came back from the bot's server.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	trouble string // in the words of X-Slack-Retry-Reason; empty when all was well
	took    time.Duration
}

// post delivers over HTTP until it is taken or Slack would give up.
func (s *Server) post(base string, d *delivery) {
	for {
		select {
		case s.lanes <- struct{}{}:
		case <-s.ctx.Done():
			return
		}
		again := s.try(base, d)
		<-s.lanes
		if !again {
			return
		}
		s.mu.Lock()
		pause := s.retryPause(d.attempt, s.pace.Retry)
		s.mu.Unlock()
		d.attempt++
		if !s.pause(s.ctx, pause) {
			return
		}
	}
}

// try delivers over HTTP once, and tells whether to do so again.
func (s *Server) try(base string, d *delivery) (again bool) {
	path, kind, body := wire(d)
	s.mu.Lock()
	d.trigger.start()
	s.mu.Unlock()
	a := s.postOnce(base+path, kind, body, d.attempt, d.reason)
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.trouble == "" {
		s.answered(d, a.took, spoken(a))
		return false
	}
	d.reason = a.trouble
	if d.kind != eventKind || d.attempt >= maxRetries || a.header.Get("X-Slack-No-Retry") == "1" {
		s.giveUp(d)
		return false
	}
	return true
}

// wire gives a delivery the form it has over HTTP.
func wire(d *delivery) (path, contentType string, body []byte) {
	const form = "application/x-www-form-urlencoded"
	switch d.kind {
	case commandKind:
		var fields map[string]string
		if err := json.Unmarshal(d.payload, &fields); err != nil {
			panic("slacktest: a command has fields that are no strings")
		}
		v := make(url.Values)
		for name, value := range fields {
			v.Set(name, value)
		}
		return commandPath, form, []byte(v.Encode())
	case interactiveKind:
		return interactPath, form, []byte(url.Values{"payload": {string(d.payload)}}.Encode())
	}
	return eventPath, "application/json", d.payload
}

// spoken is the payload in an answer, as JSON; plain text is a message's text.
func spoken(a answer) []byte {
	if kind, _, _ := mime.ParseMediaType(a.header.Get("Content-Type")); kind == "application/json" || len(a.body) == 0 {
		return a.body
	}
	return encode(map[string]any{"text": string(a.body)})
}

func (s *Server) postOnce(address, contentType string, body []byte, attempt int, reason string) (a answer) {
	s.mu.Lock()
	patience := s.pace.Ack
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return answer{trouble: "connection_failed"}
	}
	start := time.Now()
	r.Header = s.Sign(body, start)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	if attempt > 0 {
		r.Header.Set("X-Slack-Retry-Num", strconv.Itoa(attempt))
		r.Header.Set("X-Slack-Retry-Reason", reason)
	}
	defer func() {
		a.took = time.Since(start)
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			a.trouble = "http_timeout"
		}
	}()
	resp, err := s.client.Do(r)
	if err != nil {
		return answer{trouble: "connection_failed"}
	}
	defer resp.Body.Close()
	a = answer{status: resp.StatusCode, header: resp.Header}
	if a.body, err = io.ReadAll(resp.Body); err != nil {
		a.trouble = "connection_failed"
	} else if resp.StatusCode < 200 || resp.StatusCode > 299 {
		a.trouble = "http_error"
	}
	return a
}
