package slack_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/slack"
	"github.com/frontdesk-care/frontdesk/bot/slack/slacktest"
)

// shapes are deliveries of every kind that the bot takes, to be spoilt.
var shapes = []struct{ path, payload string }{
	{"/slack/events", `{"type":"event_callback","team_id":"T1","event_id":"Ev1","authorizations":[{"team_id":"T1","user_id":"U0"}],"event":{"type":"app_mention","user":"U1","channel":"C1","ts":"1700000000.000100","text":"<@U0> do i *have* to pay :pray:"}}`},
	{"/slack/events", `{"type":"event_callback","event_id":"Ev2","event":{"type":"message","channel_type":"im","user":"U1","channel":"D1","ts":"1700000000.000200","thread_ts":"1700000000.000100","text":"&gt; quote\nis it free","files":[{"id":"F1"}]}}`},
	{"/slack/events", `{"type":"event_callback","event_id":"Ev3","event":{"type":"app_home_opened","tab":"home","user":"U1","channel":"D1"}}`},
	{"/slack/events", `{"type":"event_callback","event_id":"Ev4","event":{"type":"link_shared","channel":"C1","message_ts":"1700000000.000100","links":[{"url":"https://desk.example.org/a/values-free","domain":"desk.example.org"}]}}`},
	{"/slack/events", `{"type":"url_verification","challenge":"x"}`},
	{"/slack/interactivity", `{"type":"block_actions","trigger_id":"1","user":{"id":"U1"},"channel":{"id":"C1"},"container":{"message_ts":"1.1","is_ephemeral":true},"response_url":"http://HOST/hook/none","actions":[{"action_id":"page.more","value":"values:1"}]}`},
	{"/slack/interactivity", `{"type":"block_actions","trigger_id":"2","user":{"id":"U1"},"view":{"id":"V1","type":"home"},"actions":[{"action_id":"query","value":"is it free"}]}`},
	{"/slack/interactivity", `{"type":"message_action","trigger_id":"3","callback_id":"find_on","user":{"id":"U1"},"message":{"text":"is it free"}}`},
	{"/slack/interactivity", `{"type":"view_submission","trigger_id":"4","user":{"id":"U1"},"view":{"callback_id":"search","state":{"values":{"query":{"query":{"value":"is it free"}}}}}}`},
	{"/slack/interactivity", `{"type":"view_submission","trigger_id":"5","user":{"id":"U1"},"view":{"callback_id":"insert","state":{"values":{"words":{"words":{"selected_option":{"value":"values-free"}}}}}},"response_urls":[]}`},
	{"/slack/commands", `{"command":"/frontdesk","trigger_id":"6","user_id":"U1","channel_id":"C1","text":"is it free"}`},
}

// post delivers a payload as Slack does, however odd it is.
func post(t testing.TB, c *slack.Channel, s *slacktest.Server, path, payload string) int {
	t.Helper()
	payload = strings.ReplaceAll(payload, "http://HOST", s.URL)
	switch path {
	case "/slack/interactivity":
		payload = url.Values{"payload": {payload}}.Encode()
	case "/slack/commands":
		var fields map[string]any
		values := url.Values{}
		if json.Unmarshal([]byte(payload), &fields) == nil {
			for name, v := range fields {
				values.Set(name, fmt.Sprint(v))
			}
		}
		payload = values.Encode()
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(payload))
	for name, v := range s.Sign([]byte(payload), time.Now()) {
		r.Header[name] = v
	}
	w := httptest.NewRecorder()
	c.Handlers()[path].ServeHTTP(w, r)
	return w.Code
}

func TestTenThousandMalformedDeliveries(t *testing.T) {
	r := start(t, real(), overHTTP, desk, expect(":")) // whatever comes of it
	random := rand.New(rand.NewPCG(3, 4))
	for n := range 10_000 {
		shape := shapes[random.IntN(len(shapes))]
		var v any
		if err := json.Unmarshal([]byte(shape.payload), &v); err != nil {
			t.Fatal(err)
		}
		for range 1 + random.IntN(3) {
			v = channeltest.Spoil(random, v)
		}
		body, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		// A number in front makes each a delivery of its own; a space is no part of it.
		if code := post(t, r.channel, r.Server, shape.path, strings.Repeat(" ", n%50)+string(body)); code != 200 && code != 401 {
			t.Fatalf("status %d for %s", code, body)
		}
	}
	if posted := r.direct("U9", "do i have to pay"); len(posted) != 1 || !strings.Contains(words(posted[0]), free) {
		t.Errorf("afterwards: %+v", posted)
	}
	if strings.Contains(r.log.String(), "could not be handled") {
		t.Errorf("a handler panicked:\n%s", r.log)
	}
}

// FuzzDelivery delivers bytes in Slack's name, as whoever knows the secret could.
func FuzzDelivery(f *testing.F) {
	for i, s := range shapes {
		f.Add(i, s.payload)
	}
	s := slacktest.New()
	f.Cleanup(s.Close)
	log := &channeltest.Log{}
	config := slack.Config{Unlimited: true, BotToken: s.BotToken, SigningSecret: s.SigningSecret, APIURL: s.URL + "/api/", PublicURL: "https://desk.example.org"}
	c := slack.New(log.Logger(), config, real(), claims.NewMemory(claims.Key{}), &counts{})
	go c.Run(f.Context())
	if !s.WaitFor(f.Context(), func() bool { return strings.Contains(log.String(), "slack knows the bot") }) {
		f.Fatal("the channel does not start")
	}
	f.Fuzz(func(t *testing.T, shape int, payload string) {
		stalled := time.AfterFunc(patience, func() { panic("a delivery takes too long: " + payload) })
		code := post(t, c, s, shapes[(shape%len(shapes)+len(shapes))%len(shapes)].path, payload)
		stalled.Stop()
		if code != 200 && code != 401 && code != 413 && code != 503 || strings.Contains(log.String(), "could not be handled") {
			t.Errorf("status %d; the log says %s", code, log)
		}
	})
}
