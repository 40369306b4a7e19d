package slacktest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/frontdesk-care/frontdesk/bot/slack/slacktest"
)

// start gives a server with clocks that suit a test.
func start(t *testing.T) *slacktest.Server {
	t.Helper()
	s := slacktest.New()
	t.Cleanup(s.Close)
	return s
}

func eventually(t *testing.T, s *slacktest.Server, what string, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if !s.WaitFor(ctx, cond) {
		t.Fatalf("it never came to be that %s; rejected: %q", what, s.Rejected())
	}
}

// call posts JSON to a method with the token that it takes.
func call(t *testing.T, s *slacktest.Server, method string, args map[string]any) map[string]any {
	t.Helper()
	token := s.BotToken
	if method == "apps.connections.open" {
		token = s.AppToken
	}
	r, err := http.NewRequest(http.MethodPost, s.URL+"/api/"+method, bytes.NewReader(encode(t, args)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return map[string]any{"error": "transport"}
	}
	defer resp.Body.Close()
	var reply map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&reply); err != nil {
		return map[string]any{"error": "no json", "status": resp.StatusCode}
	}
	reply["status"] = resp.StatusCode
	return reply
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A bot is a bare one: it keeps what a socket brings, and answers as it is told.
type bot struct {
	t    *testing.T
	conn *websocket.Conn

	mu     sync.Mutex
	frames []frame
	ended  bool
}

type frame struct {
	Type       string          `json:"type"`
	Reason     string          `json:"reason"`
	EnvelopeID string          `json:"envelope_id"`
	Attempt    int             `json:"retry_attempt"`
	Why        string          `json:"retry_reason"`
	Accepts    bool            `json:"accepts_response_payload"`
	Payload    json.RawMessage `json:"payload"`
}

// connect opens a socket; answer gives the payload of an acknowledgement, and
// whether there is one.
func connect(t *testing.T, s *slacktest.Server, answer func(frame) (any, bool)) *bot {
	t.Helper()
	reply := call(t, s, "apps.connections.open", nil)
	address, _ := reply["url"].(string)
	conn, _, err := websocket.DefaultDialer.Dial(address, nil)
	if err != nil {
		t.Fatalf("%v of %v", err, reply)
	}
	b := &bot{t: t, conn: conn}
	t.Cleanup(func() { conn.Close() })
	go b.read(answer)
	return b
}

func (b *bot) read(answer func(frame) (any, bool)) {
	for {
		_, data, err := b.conn.ReadMessage()
		b.mu.Lock()
		if err != nil {
			b.ended = true
			b.mu.Unlock()
			return
		}
		var f frame
		json.Unmarshal(data, &f)
		b.frames = append(b.frames, f)
		b.mu.Unlock()
		if f.EnvelopeID == "" {
			continue
		}
		if payload, ok := answer(f); ok {
			ack := map[string]any{"envelope_id": f.EnvelopeID}
			if payload != nil {
				ack["payload"] = payload
			}
			b.conn.WriteJSON(ack)
		}
	}
}

// got gives the frames of a type.
func (b *bot) got(kind string) []frame {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []frame
	for _, f := range b.frames {
		if f.Type == kind {
			all = append(all, f)
		}
	}
	return all
}

func (b *bot) over() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

func always(frame) (any, bool) { return nil, true }
func never(frame) (any, bool)  { return nil, false }

// field digs in a JSON payload.
func field(t *testing.T, raw []byte, path string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Split(path, ".") {
		if list, is := v.([]any); is && len(list) > 0 {
			v = list[0]
		}
		m, _ := v.(map[string]any)
		v = m[name]
	}
	text, _ := v.(string)
	return text
}

func post(t *testing.T, address, body string) (int, string) {
	t.Helper()
	resp, err := http.Post(address, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}
