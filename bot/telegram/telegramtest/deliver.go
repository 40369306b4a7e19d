package telegramtest

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	firstPause = 50 * time.Millisecond
	longPause  = time.Second
)

// newHookClient makes the client that delivers to webhooks. Certificates are
// not looked at: a test's is its own.
func newHookClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			MaxIdleConnsPerHost: 100,
			TLSClientConfig:     &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // loopback only
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       time.Minute,
	}
}

// deliver posts an update once; what follows depends on the answer.
func (s *Server) deliver(h *webhook, u *update) {
	answer, err := s.post(h, u)
	if err == nil {
		s.delivered(h, u, answer)
		return
	}
	s.mu.Lock()
	if u.pause = min(2*u.pause, longPause); u.pause == 0 {
		u.pause = firstPause
	}
	pause := u.pause
	s.mu.Unlock()
	s.failed(h, u, err.Error(), pause)
}

func (s *Server) post(h *webhook, u *update) ([]byte, error) {
	r, err := http.NewRequestWithContext(h.ctx, http.MethodPost, h.url, bytes.NewReader(u.body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if h.secret != "" {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.secret)
	}
	w, err := s.client.Do(r)
	if err != nil {
		return nil, errors.Unwrap(err) // the address is known
	}
	defer w.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(w.Body, maxBody))
	if err != nil {
		return nil, err
	}
	if w.StatusCode/100 != 2 {
		return nil, errors.New("Wrong response from the webhook: " + w.Status) //nolint:staticcheck // Telegram's words
	}
	return answer, nil
}
