package slack_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestOverHTTP(t *testing.T) {
	r := start(t, real(), overHTTP)
	if posted := r.mention("C1", "do i have to pay"); len(posted) != 1 {
		t.Errorf("a mention got %+v", posted)
	}
	id := r.Command("C1", "U1", "do i have to pay")
	r.until("the command is answered", func() bool { return len(r.Responses(id)) == 1 })
	r.OpenHome("U1")
	r.Interact(map[string]any{"type": "shortcut", "callback_id": "find", "user": map[string]any{"id": "U2"}})
	r.until("the views are shown", func() bool { return len(r.Views("U1")) == 1 && len(r.Views("U2")) == 1 })
	r.Interact(map[string]any{"type": "view_submission", "user": map[string]any{"id": "U2"}, "view": map[string]any{"id": r.Views("U2")[0]["id"], "callback_id": "search", "type": "modal",
		"state": map[string]any{"values": map[string]any{"query": map[string]any{"query": map[string]any{"type": "plain_text_input", "value": "do i pay"}}}}}})
	r.until("the form is answered", func() bool { return len(r.Views("U2")) == 2 })
	if status, body := r.VerifyURL("/slack/events"); status != http.StatusOK || body == "" {
		t.Errorf("the address is verified with %d %q", status, body)
	}
}

func TestDuplicatesOverHTTP(t *testing.T) {
	r := start(t, real(), overHTTP)
	r.Duplicate(1, 0.5)
	for range 100 {
		r.Mention("C1", "U1", "do i have to pay")
	}
	r.settled()
	if n := len(r.Posted("C1")); n != 100 {
		t.Errorf("%d answers to 100 questions", n)
	}
}

func TestOnlySlackIsListenedTo(t *testing.T) {
	r := start(t, real(), overHTTP)
	event := `{"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention","user":"U1","channel":"C1","ts":"1700000000.000100","text":"do i have to pay"}}`
	send := func(method, path, body string, h http.Header) int {
		t.Helper()
		req, err := http.NewRequest(method, r.site+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for name, values := range h {
			req.Header[name] = values
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	now := time.Now()
	wrong := r.Sign([]byte(event), now)
	wrong.Set("X-Slack-Signature", "v0="+strings.Repeat("0", 64))
	other := r.Sign([]byte(event+" "), now)
	unstamped := r.Sign([]byte(event), now)
	unstamped.Del("X-Slack-Request-Timestamp")
	moved := r.Sign([]byte(event), now)
	moved.Set("X-Slack-Request-Timestamp", r.Sign(nil, now.Add(time.Second)).Get("X-Slack-Request-Timestamp"))
	for name, h := range map[string]http.Header{
		"none": {}, "an empty one": {"X-Slack-Signature": {""}, "X-Slack-Request-Timestamp": {""}}, "a wrong one": wrong, "another body's": other,
		"one without a time": unstamped, "one with another time": moved,
		"one six minutes old": r.Sign([]byte(event), now.Add(-6*time.Minute)), "one six minutes ahead": r.Sign([]byte(event), now.Add(6*time.Minute)),
	} {
		for _, path := range []string{"/slack/events", "/slack/commands", "/slack/interactivity"} {
			if status := send("POST", path, event, h); status != http.StatusUnauthorized {
				t.Errorf("%s with %s: status %d", path, name, status)
			}
		}
	}
	if n := len(r.Posted("")); n > 0 {
		t.Errorf("%d messages were sent", n)
	}
	if strings.Count(r.log.String(), "without a right signature") != 1 { // not once each: anybody may send some
		t.Errorf("the log says %s", r.log)
	}
	r.expected = "thread_ts" // the message is not in the fake
	good := r.Sign([]byte(event), now)
	if status := send("POST", "/slack/events", event, good); status != http.StatusOK {
		t.Errorf("a good one: status %d", status)
	}
	if status := send("POST", "/slack/events", event, good); status != http.StatusUnauthorized {
		t.Errorf("the same again: status %d", status)
	}
	if status := send("GET", "/slack/events", "", nil); status != http.StatusMethodNotAllowed {
		t.Errorf("GET: status %d", status)
	}
	if status := send("POST", "/slack/events", strings.Repeat("x", 2<<20), nil); status != http.StatusRequestEntityTooLarge {
		t.Errorf("far too long: status %d", status)
	}
	for _, odd := range []string{"", "{", "[]", `{"type":"event_callback"}`, `{"type":"event_callback","event":7}`} {
		if status := send("POST", "/slack/events", odd, r.Sign([]byte(odd), now)); status != http.StatusOK {
			t.Errorf("%q: status %d", odd, status)
		}
	}
	command := url.Values{"text": {"do i have to pay"}, "ssl_check": {"1"}}.Encode()
	if status := send("POST", "/slack/commands", command, r.Sign([]byte(command), now)); status != http.StatusOK {
		t.Errorf("Slack's check of the certificate: status %d", status)
	}
}

func TestWithoutASecretNobodyIsListenedTo(t *testing.T) {
	r := start(t, real())
	if h := r.channel.Handlers(); len(h) > 0 {
		t.Errorf("there are handlers: %v", h)
	}
}
