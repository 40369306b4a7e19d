package telegramtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

// A hook is a bot's end of a webhook.
type hook struct {
	*httptest.Server
	mu    sync.Mutex
	texts []string // as they came
	open  int
	most  int // open at once
	wrong int // without the secret
	fail  int // how many deliveries to refuse
	reply func(text string) string
	hold  chan struct{} // deliveries wait until it is closed
}

func listen(t *testing.T) *hook {
	h := &hook{hold: make(chan struct{}), reply: func(string) string { return "" }}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var u struct{ Message struct{ Text string } }
	_ = json.NewDecoder(r.Body).Decode(&u)
	h.mu.Lock()
	h.open++
	h.most = max(h.most, h.open)
	h.mu.Unlock()
	<-h.hold
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open--
	if r.Header.Get("X-Telegram-Bot-Api-Secret-Token") != "secret_1" {
		h.wrong++
	}
	h.texts = append(h.texts, u.Message.Text)
	if h.fail > 0 {
		h.fail--
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, h.reply(u.Message.Text))
}

func (h *hook) got() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.texts)
}

// set calls setWebhook.
func (h *hook) set(t *testing.T, s *telegramtest.Server, connections string) {
	t.Helper()
	r := call(t, s, "setWebhook", p{"url": h.URL + "/hook", "secret_token": "secret_1", "max_connections": connections})
	if !r.OK {
		t.Fatal(r.Description)
	}
}

func TestWebhookRetriesInOrder(t *testing.T) {
	s, h := start(t), listen(t)
	close(h.hold)
	h.fail = 2
	s.Say(1, "a") // before there was a webhook
	h.set(t, s, "40")
	s.Say(1, "b")
	s.Say(1, "c")
	wait(t, s, "all confirmed", func() bool { return s.Pending() == 0 })
	if got := strings.Join(h.got(), ""); got != "aaabc" {
		t.Errorf("got %s", got)
	}
	if h.wrong > 0 {
		t.Errorf("%d deliveries without the secret", h.wrong)
	}
	info := string(call(t, s, "getWebhookInfo", nil).Result)
	for _, want := range []string{h.URL + "/hook", `"pending_update_count":0`, "Wrong response from the webhook: 500 Internal Server Error"} {
		if !strings.Contains(info, want) {
			t.Errorf("no %s in %s", want, info)
		}
	}
}

func TestWebhookConnections(t *testing.T) {
	s, h := start(t), listen(t)
	h.set(t, s, "3")
	for i := range 10 {
		s.Say(int64(i+1), "a")
	}
	wait(t, s, "three deliveries", func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.open == 3
	})
	close(h.hold)
	wait(t, s, "all confirmed", func() bool { return s.Pending() == 0 })
	if h.most != 3 {
		t.Errorf("%d deliveries at once", h.most)
	}
}

func TestWebhookAnswerIsACall(t *testing.T) {
	s, h := start(t), listen(t)
	close(h.hold)
	h.reply = func(text string) string { return `{"method":"sendMessage","chat_id":1,"text":"` + text + `"}` }
	h.set(t, s, "40")
	s.Say(1, "good")
	wait(t, s, "a message", func() bool { return len(s.Sent(1)) == 1 })
	s.Say(1, "")
	wait(t, s, "a refusal", func() bool { return len(s.Rejected()) == 1 })
	if got := s.Rejected()[0]; got != "sendMessage: Bad Request: message text is empty" {
		t.Errorf("rejected %s", got)
	}
}

func TestWebhookOrPolls(t *testing.T) {
	s, h := start(t), listen(t)
	ended := make(chan reply, 1)
	go func() { ended <- call(t, s, "getUpdates", p{"timeout": "50"}) }()
	wait(t, s, "a poll", func() bool { return len(s.Calls("getUpdates")) == 1 })
	h.set(t, s, "40")
	if r := <-ended; r.Description != "Conflict: terminated by setWebhook request" {
		t.Errorf("the poll got %s", r.Description)
	}
	const active = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
	if r := call(t, s, "getUpdates", nil); r.Code != http.StatusConflict || r.Description != active {
		t.Errorf("got %d %s", r.Code, r.Description)
	}
	s.Say(1, "held") // nobody answers
	call(t, s, "deleteWebhook", nil)
	if got := call(t, s, "getUpdates", nil).ids(t); len(got) != 1 {
		t.Errorf("got %v after the webhook", got)
	}
	call(t, s, "deleteWebhook", p{"drop_pending_updates": "true"})
	if s.Pending() != 0 {
		t.Errorf("%d pending", s.Pending())
	}
	close(h.hold)
	if r := s.Rejected(); len(r) > 0 {
		t.Errorf("rejected %q", r)
	}
}

func TestWebhookShuffle(t *testing.T) {
	s, h := start(t), listen(t)
	s.Shuffle(1, 1, 0.5)
	h.set(t, s, "1")
	want := strings.Split("abcdefghijklmnopqrstuvwxyz", "")
	for _, text := range want {
		s.Say(1, text)
	}
	close(h.hold)
	wait(t, s, "all twice", func() bool { return len(h.got()) == 2*len(want) && s.Pending() == 0 })
	got := h.got()
	if slices.IsSorted(got) {
		t.Error("nothing was swapped")
	}
	slices.Sort(got)
	if !slices.Equal(slices.Compact(got), want) {
		t.Errorf("got %v", got)
	}
}
