package telegramtest

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"time"
)

// serve answers one call over HTTP.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	waited := s.answer(w, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy += time.Since(start) - waited
}

// answer returns the time for which the call waited for updates.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) time.Duration {
	name, refused := s.route(r.URL.Path)
	// The body is read even if it is not wanted: only then does net/http notice
	// that a client leaves.
	p, unreadable := readParams(r)
	if refused == nil {
		refused = unreadable
	}
	if refused != nil {
		s.mu.Lock()
		s.reject(name, p, refused)
		s.notify()
		s.mu.Unlock()
		write(w, nil, refused)
		return 0
	}
	fault := s.takeFault(name, p)
	if fault != nil && s.fail(w, r, fault) {
		return 0
	}
	if name == "getUpdates" {
		s.tell(Deed{Method: name, Params: p, From: r.RemoteAddr})
	}
	result, waited, refused := s.run(r.Context(), name, p)
	if refused == nil && name != "getUpdates" {
		lost := fault != nil && (fault.Kind == LostReply || fault.Kind == Garbage)
		s.tell(Deed{Method: name, Params: p, From: r.RemoteAddr, Result: result, Lost: lost})
	}
	switch {
	case s.ctx.Err() != nil:
		cut(w)
	case fault != nil && fault.Kind == LostReply:
		s.lose(name, p)
		cut(w)
	case fault != nil && fault.Kind == Garbage:
		s.lose(name, p)
		body := body(result, refused)
		writeBody(w, http.StatusOK, body[:len(body)/2])
	default:
		write(w, result, refused)
	}
	return waited
}

// route finds out which method is called and whether by this bot.
func (s *Server) route(path string) (string, *apiError) {
	token, name, ok := strings.Cut(strings.TrimPrefix(path, "/bot"), "/")
	if !ok || !strings.HasPrefix(path, "/bot") || !wellFormed(token) {
		return path, &apiError{Code: http.StatusNotFound, Description: "Not Found"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if token != s.Token || s.revoked {
		return name, unauthorised()
	}
	return name, nil
}

func unauthorised() *apiError {
	return &apiError{Code: http.StatusUnauthorized, Description: "Unauthorized"}
}

// wellFormed says whether a token could be one: digits, a colon and a secret.
func wellFormed(token string) bool {
	id, secret, ok := strings.Cut(token, ":")
	return ok && id != "" && secret != "" && strings.Trim(id, "0123456789") == "" && isToken(secret)
}

// isToken says whether a text consists of letters, digits, _ and -.
func isToken(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
	})
}

func write(w http.ResponseWriter, result json.RawMessage, refused *apiError) {
	code := http.StatusOK
	if refused != nil {
		code = refused.Code
	}
	writeBody(w, code, body(result, refused))
}

func writeBody(w http.ResponseWriter, code int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(body) // a client that left needs no answer
}

// body puts an answer together. The result is not marshalled again: it may
// hold updates which are no JSON on purpose.
func body(result json.RawMessage, refused *apiError) []byte {
	if refused == nil {
		return append(append([]byte(`{"ok":true,"result":`), result...), '}')
	}
	no := map[string]any{"ok": false, "error_code": refused.Code, "description": refused.Description}
	if refused.Code == http.StatusTooManyRequests {
		no["parameters"] = map[string]any{"retry_after": refused.RetryAfter}
	}
	return must(no)
}

// cut ends the connection without an answer.
func cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // the other way to the same end
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset rather than an orderly end
	}
	_ = conn.Close()
}

// pause waits for a time, for ever if it is 0, but not when the client or the
// server goes.
func (s *Server) pause(ctx context.Context, d time.Duration) {
	var over <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-over:
	case <-ctx.Done():
	case <-s.ctx.Done():
	}
}
