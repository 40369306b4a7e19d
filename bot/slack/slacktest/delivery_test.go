package slacktest_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/frontdesk-care/frontdesk/bot/slack/slacktest"
)

func TestSocketTellsTypesAndTakesAcks(t *testing.T) {
	s := start(t)
	ts := s.Mention("C1", "U1", "before anyone listens")
	b := connect(t, s, always)
	s.MentionIn("C1", ts, "U1", "<@"+s.BotUserID+"> more")
	s.DirectMessage("U2", "psst")
	s.OpenHome("U2")
	s.Command("C1", "U1", "values")
	s.Interact(map[string]any{"type": "shortcut", "callback_id": "ask"})
	eventually(t, s, "all is acked", func() bool { return s.Acked() == 6 && s.Unacked() == 0 })
	if len(b.got("hello")) != 1 || len(b.got("events_api")) != 4 || len(b.got("slash_commands")) != 1 || len(b.got("interactive")) != 1 {
		t.Fatalf("frames: %+v", b.frames)
	}
	events := b.got("events_api")
	for i, want := range []map[string]string{
		{"event.type": "app_mention", "event.text": "<@" + s.BotUserID + "> before anyone listens", "authorizations.user_id": s.BotUserID},
		{"event.type": "app_mention", "event.thread_ts": ts, "event.parent_user_id": "U1", "type": "event_callback"},
		{"event.type": "message", "event.channel_type": "im", "event.channel": "DU2", "api_app_id": s.AppID},
		{"event.type": "app_home_opened", "event.tab": "home"},
	} {
		for path, value := range want {
			if got := field(t, events[i].Payload, path); got != value {
				t.Errorf("event %d: %s is %q, want %q", i, path, got, value)
			}
		}
	}
	if !b.got("slash_commands")[0].Accepts || events[0].Accepts || s.SlowestAck() <= 0 || len(s.Rejected()) != 0 {
		t.Errorf("accepts or clocks are wrong; rejected: %q", s.Rejected())
	}
}

func TestWrongAcks(t *testing.T) {
	for name, c := range map[string]struct{ ack, want string }{
		"unknown":     {`{"envelope_id":"e"}`, "never sent"},
		"no json":     {`ok`, "no acknowledgement"},
		"other keys":  {`{"envelope_id":"e","ok":true}`, `unknown key "ok"`},
		"raw twice":   {`{"envelope_id":"raw"}`, "acknowledged twice"},
		"an overlong": {`{"envelope_id":"big","payload":{"text":"` + strings.Repeat("a", 20<<10) + `"}}`, "is dropped"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			b := connect(t, s, always)
			s.PushRaw(`{"envelope_id":"raw","type":"odd"}`)
			s.PushRaw(`{"envelope_id":"big","type":"odd"}`)
			eventually(t, s, "they came", func() bool { return len(b.got("odd")) == 2 })
			other := connect(t, s, always)
			other.conn.WriteMessage(1, []byte(c.ack))
			eventually(t, s, "it is noted", func() bool { return strings.Contains(strings.Join(s.Rejected(), "\n"), c.want) })
		})
	}
}

func TestSilenceIsAnsweredWithRetries(t *testing.T) {
	s := start(t)
	s.SetPace(slacktest.Pace{Ack: 20 * time.Millisecond})
	b := connect(t, s, never)
	s.Mention("C1", "U1", "hello")
	s.Command("C1", "U1", "values")
	eventually(t, s, "Slack tried four times", func() bool { return len(b.got("events_api")) == 4 })
	time.Sleep(60 * time.Millisecond) // in which a fifth would come
	events := b.got("events_api")
	ids := make(map[string]bool)
	for i, e := range events {
		ids[e.EnvelopeID] = true
		if e.Attempt != i || (i > 0) != (e.Why == "timeout") || !bytes.Equal(e.Payload, events[0].Payload) {
			t.Errorf("try %d: %+v", i, e)
		}
	}
	if len(ids) != 4 || len(events) != 4 || len(b.got("slash_commands")) != 1 || s.GivenUp() != 2 || s.Acked()+s.Unacked() != 0 {
		t.Errorf("%d tries, %d of the command, %d given up", len(ids), len(b.got("slash_commands")), s.GivenUp())
	}
}

func TestBrokenSocketsLoseNothing(t *testing.T) {
	for name, end := range map[string]func(*slacktest.Server){
		"cut":     (*slacktest.Server).DropSockets,
		"refresh": func(s *slacktest.Server) { s.RefreshEvery(10 * time.Millisecond) },
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			b := connect(t, s, never)
			s.Mention("C1", "U1", "hello")
			eventually(t, s, "it came", func() bool { return len(b.got("events_api")) == 1 })
			end(s)
			eventually(t, s, "the socket ended", func() bool { return b.over() && s.Sockets() == 0 })
			s.RefreshEvery(0)
			if warned := b.got("disconnect"); name == "refresh" &&
				(len(warned) != 2 || warned[0].Reason != "warning" || warned[1].Reason != "refresh_requested") {
				t.Errorf("told: %+v", warned)
			}
			next := connect(t, s, always)
			eventually(t, s, "it came again", func() bool { return s.Acked() == 1 })
			if again := next.got("events_api")[0]; again.Attempt != 1 || again.EnvelopeID == b.got("events_api")[0].EnvelopeID {
				t.Errorf("again: %+v", again)
			}
			if len(s.Rejected()) != 0 {
				t.Errorf("rejected: %q", s.Rejected())
			}
		})
	}
}

func TestSocketsTakeTurnsAndAreTenAtMost(t *testing.T) {
	s := start(t)
	var bots []*bot
	for range 10 {
		bots = append(bots, connect(t, s, always))
	}
	eventually(t, s, "all are listed", func() bool { return s.Sockets() == 10 })
	for range 20 {
		s.Mention("C1", "U1", "hello")
	}
	eventually(t, s, "all is acked", func() bool { return s.Acked() == 20 })
	for i, b := range bots {
		if n := len(b.got("events_api")); n != 2 {
			t.Errorf("socket %d got %d events", i, n)
		}
	}
	late := connect(t, s, always)
	eventually(t, s, "the eleventh is sent away", func() bool {
		d := late.got("disconnect")
		return late.over() && len(d) == 1 && d[0].Reason == "too_many_websockets"
	})
}

func TestDuplicates(t *testing.T) {
	s := start(t)
	b := connect(t, s, always)
	s.Duplicate(1, 0.5)
	const events = 200
	for range events {
		s.Mention("C1", "U1", "hello")
	}
	eventually(t, s, "all is acked", func() bool { return s.Unacked() == 0 })
	ids, stamps := make(map[string]bool), make(map[string]bool)
	got := b.got("events_api")
	for _, e := range got {
		ids[field(t, e.Payload, "event_id")] = true
		stamps[field(t, e.Payload, "event.ts")] = true
	}
	if len(stamps) != events || len(ids) <= events || len(got) <= len(ids) {
		t.Errorf("%d deliveries of %d ids of %d messages", len(got), len(ids), len(stamps))
	}
}

// A client that the fake did not write lives through refreshes.
func TestSocketClientOfAnotherHand(t *testing.T) {
	s := start(t)
	api := slack.New(s.BotToken, slack.OptionAppLevelToken(s.AppToken), slack.OptionAPIURL(s.URL+"/api/"))
	client := socketmode.New(api)
	ctx := t.Context()
	go client.RunContext(ctx)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-client.Events:
				if e.Request != nil && e.Request.EnvelopeID != "" {
					client.Ack(*e.Request)
				}
			}
		}
	}()
	s.RefreshEvery(50 * time.Millisecond)
	for range 300 {
		s.Mention("C1", "U1", "hello")
		time.Sleep(time.Millisecond)
	}
	s.RefreshEvery(0)
	eventually(t, s, "all is acked", func() bool { return s.Acked() == 300 })
	if len(s.Rejected()) != 0 || len(s.Calls("apps.connections.open")) < 2 {
		t.Errorf("%d connections, rejected %q", len(s.Calls("apps.connections.open")), s.Rejected())
	}
}

// A listener is a bot's own server.
type listener struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string // path, retry number and reason
	bad  []string
}

func listen(t *testing.T, s *slacktest.Server, answer http.HandlerFunc) *listener {
	t.Helper()
	l := &listener{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		v, err := slack.NewSecretsVerifier(r.Header, s.SigningSecret)
		if err == nil {
			v.Write(body)
			err = v.Ensure()
		}
		l.mu.Lock()
		l.seen = append(l.seen, strings.TrimSpace(fmt.Sprint(r.URL.Path, " ", r.Header.Get("X-Slack-Retry-Num"), " ", r.Header.Get("X-Slack-Retry-Reason"))))
		if err != nil {
			l.bad = append(l.bad, err.Error())
		}
		l.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(l.Close)
	s.DeliverTo(l.URL + "/")
	return l
}

func TestHTTPDeliveries(t *testing.T) {
	const e, second, third, fourth = "/slack/events", " 1 ", " 2 ", " 3 "
	mention := func(s *slacktest.Server) { s.Mention("C1", "U1", "hello") }
	for _, c := range []struct {
		name   string
		do     func(*slacktest.Server)
		answer http.HandlerFunc
		want   []string
		acked  int
	}{
		{"taken", mention, func(http.ResponseWriter, *http.Request) {}, []string{e}, 1},
		{"error", mention, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
			[]string{e, e + second + "http_error", e + third + "http_error", e + fourth + "http_error"}, 0},
		{"error for good", mention, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Slack-No-Retry", "1")
			w.WriteHeader(500)
		}, []string{e}, 0},
		{"late once", mention, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Slack-Retry-Num") == "" {
				<-r.Context().Done()
			}
		}, []string{e, e + second + "http_timeout"}, 1},
		{"cut once", mention, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Slack-Retry-Num") == "" {
				panic(http.ErrAbortHandler)
			}
		}, []string{e, e + second + "connection_failed"}, 1},
		{"command", func(s *slacktest.Server) { s.Command("C1", "U1", "values") },
			func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, []string{"/slack/commands"}, 0},
		{"shortcut", func(s *slacktest.Server) { s.Interact(map[string]any{"type": "shortcut"}) },
			func(w http.ResponseWriter, r *http.Request) {
				if ic, err := slack.InteractionCallbackParse(r); err != nil || ic.TriggerID == "" {
					w.WriteHeader(500)
				}
			}, []string{"/slack/interactivity"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t)
			s.SetPace(slacktest.Pace{Ack: 3 * time.Second, Retry: time.Millisecond})
			l := listen(t, s, c.answer)
			c.do(s)
			seen := func() string { l.mu.Lock(); defer l.mu.Unlock(); return strings.Join(l.seen, ", ") }
			want := strings.Join(c.want, ", ")
			eventually(t, s, "it was seen as "+want, func() bool { return seen() == want && s.Acked() == c.acked })
			time.Sleep(10 * time.Millisecond) // in which one too many would come
			if seen() != want || len(l.bad) != 0 || s.Acked()+s.Unacked()+s.GivenUp() != 1 {
				t.Errorf("seen %s, bad signatures %q", seen(), l.bad)
			}
		})
	}
}

func TestVerifyURL(t *testing.T) {
	s := start(t)
	l := listen(t, s, func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) })
	if status, body := s.VerifyURL("/slack/events"); status != 200 || field(t, []byte(body), "challenge") != "slacktest-challenge" {
		t.Errorf("%d %s", status, body)
	}
	l.Close()
	if status, _ := s.VerifyURL("/slack/events"); status != 0 {
		t.Errorf("nobody answers with %d", status)
	}
	old := s.Sign([]byte("x"), time.Now().Add(-time.Hour))
	if _, err := slack.NewSecretsVerifier(old, s.SigningSecret); err != slack.ErrExpiredTimestamp {
		t.Errorf("an old signature: %v", err)
	}
}
