package telegramtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

// p are the parameters of a call.
type p map[string]string

// A reply is what the server answered; Code is 0 if it did not.
type reply struct {
	Code        int
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	ErrorCode   int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
	} `json:"parameters"`
	body []byte
}

// start starts a server that the test closes.
func start(t *testing.T) *telegramtest.Server {
	t.Helper()
	s := telegramtest.New()
	t.Cleanup(s.Close)
	return s
}

// call posts a form.
func call(t *testing.T, s *telegramtest.Server, method string, params p) reply {
	t.Helper()
	form := url.Values{}
	for k, v := range params {
		form.Set(k, v)
	}
	return post(t, s.URL+"/bot"+s.Token+"/"+method, "application/x-www-form-urlencoded", []byte(form.Encode()))
}

func post(t *testing.T, address, contentType string, body []byte) reply {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	return do(r)
}

func do(r *http.Request) reply {
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return reply{Description: err.Error()}
	}
	defer w.Body.Close()
	var answer reply
	answer.body, _ = io.ReadAll(w.Body)
	_ = json.Unmarshal(answer.body, &answer)
	answer.Code = w.StatusCode
	return answer
}

// ids returns the update ids of a batch, counted from the first.
func (r reply) ids(t *testing.T) []int64 {
	t.Helper()
	var updates []struct {
		ID int64 `json:"update_id"`
	}
	if err := json.Unmarshal(r.Result, &updates); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
	ids := []int64{}
	for _, u := range updates {
		ids = append(ids, u.ID-first+1)
	}
	return ids
}

const first = 700_000_001

// wait fails the test if the condition does not come to hold.
func wait(t *testing.T, s *telegramtest.Server, what string, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if !s.WaitFor(ctx, cond) {
		t.Fatalf("never came to hold: %s; rejected: %q", what, s.Rejected())
	}
}

// A clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func stop(s *telegramtest.Server) *clock {
	c := &clock{now: time.Unix(1_700_000_000, 0)}
	s.SetClock(func() time.Time {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.now
	})
	return c
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
