package telegram_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/telegram"
	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

// hooked starts a channel that gets its updates through a webhook.
func hooked(t *testing.T, secret string) (r *rig, address string) {
	t.Helper()
	var h atomic.Pointer[telegram.Channel]
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := h.Load(); c != nil && r.URL.Path == c.WebhookPath() {
			c.ServeHTTP(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(site.Close)
	r = start(t, real(), func(c *telegram.Config, _ *rig) { c.WebhookURL, c.WebhookSecret = site.URL+"/behind/a/proxy", secret })
	h.Store(r.channel)
	r.until("the webhook is set", func() bool { return len(r.Calls("setWebhook")) > 0 })
	return r, site.URL + r.channel.WebhookPath()
}

func TestWebhook(t *testing.T) {
	r, address := hooked(t, "")
	r.Shuffle(1, 0.3, 0)
	const chats, each = 10, 8
	for range each {
		for chat := range chats {
			r.Say(int64(100+chat), "do i have to pay")
		}
	}
	r.settled()
	for chat := range chats {
		if n := len(r.Sent(int64(100 + chat))); n != each {
			t.Errorf("chat %d got %d answers to %d questions", chat, n, each)
		}
	}
	if strings.Contains(address, r.Token) || !strings.Contains(address, "/behind/a/proxy/telegram/") {
		t.Errorf("the address is %s", address)
	}
}

func TestWebhookDeliversAgainWhatCouldNotBeAnswered(t *testing.T) {
	r, _ := hooked(t, "secret_1")
	r.Inject(telegramtest.Fault{Method: "sendMessage", Kind: telegramtest.BadGateway, Times: 2})
	if sent := r.ask(person, "do i have to pay"); len(sent) != 1 {
		t.Errorf("got %+v", sent)
	}
}

func TestWebhookRefusesOthers(t *testing.T) {
	r, address := hooked(t, "secret_1")
	const update = `{"update_id":5,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7},"text":"do i have to pay"}}`
	for _, test := range []struct {
		name, method, secret, body string
		want                       int
	}{
		{"no secret", "POST", "", update, http.StatusForbidden},
		{"a wrong secret", "POST", "secret_2", update, http.StatusForbidden},
		{"the beginning of the secret", "POST", "secret_", update, http.StatusForbidden},
		{"another method", "GET", "secret_1", "", http.StatusMethodNotAllowed},
		{"far too long", "POST", "secret_1", strings.Repeat(" ", 2<<20), http.StatusRequestEntityTooLarge},
		{"no JSON", "POST", "secret_1", "x", http.StatusOK},
		{"JSON of another kind", "POST", "secret_1", `[1]`, http.StatusOK},
		{"an empty object", "POST", "secret_1", `{}`, http.StatusOK},
	} {
		req, err := http.NewRequest(test.method, address, strings.NewReader(test.body))
		if err != nil {
			t.Fatal(err)
		}
		if test.secret != "" {
			req.Header.Set("X-Telegram-Bot-Api-Secret-Token", test.secret)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != test.want {
			t.Errorf("%s: status %d, want %d", test.name, resp.StatusCode, test.want)
		}
	}
	if n := len(r.Sent(7)); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	if strings.Count(r.log.String(), "wrong secret") != 1 { // not once each: anybody may send some
		t.Errorf("the log says %s", r.log)
	}
	r.stop()
	req, _ := http.NewRequest("POST", address, strings.NewReader(update))
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", "secret_1")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("after the stop: status %d", resp.StatusCode)
	}
}

func TestEachTokenHasAPathOfItsOwn(t *testing.T) {
	path := func(token, address string) string {
		return telegram.New(slog.New(slog.DiscardHandler), telegram.Config{Token: token, WebhookURL: address}, real(), nil, nil).WebhookPath()
	}
	one, two := path("1:a", "https://desk.example.org"), path("1:b", "https://desk.example.org/")
	if one == two || !strings.HasPrefix(one, "/telegram/") || len(one) < 30 || path("1:a", "") != "" {
		t.Errorf("the paths are %q and %q", one, two)
	}
}
