package telegram_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/telegram"
	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

// shapes are updates of every kind that the bot takes, to be spoilt.
var shapes = []string{
	`{"message":{"message_id":1,"message_thread_id":5,"is_topic_message":true,"from":{"id":7,"is_bot":false,"username":"u"},"chat":{"id":7,"type":"private"},"date":1700000000,"text":"/start values-free","entities":[{"type":"bot_command","offset":0,"length":6}]}}`,
	`{"message":{"message_id":2,"from":{"id":7},"chat":{"id":-1001,"type":"supergroup"},"date":1700000000,"text":"@frontdesk_test_bot do i have to pay","entities":[{"type":"mention","offset":0,"length":19}],"reply_to_message":{"from":{"id":123456},"forum_topic_created":{}}}}`,
	`{"message":{"message_id":3,"from":{"id":7},"chat":{"id":7,"type":"private"},"date":1700000000,"photo":[{"file_id":"x"}],"caption":"is it free","caption_entities":[],"media_group_id":"1"}}`,
	`{"edited_message":{"message_id":1,"from":{"id":7},"chat":{"id":7,"type":"private"},"date":1700000000,"edit_date":1700000001,"text":"what about blame"}}`,
	`{"callback_query":{"id":"1","from":{"id":7},"message":{"message_id":9,"date":1,"chat":{"id":7,"type":"private"}},"data":"values:1"}}`,
	`{"callback_query":{"id":"2","from":{"id":7},"inline_message_id":"z","data":"+values-free"}}`,
	`{"inline_query":{"id":"3","from":{"id":7},"query":"free","offset":""}}`,
}

func TestTenThousandMalformedUpdates(t *testing.T) {
	const many = 10_000
	r := start(t, real())
	r.until("the bot polls", func() bool { return len(r.Calls("getUpdates")) > 0 })
	r.expected = ":" // whatever comes of it
	random := rand.New(rand.NewPCG(1, 2))
	for range many {
		var v any
		if err := json.Unmarshal([]byte(shapes[random.IntN(len(shapes))]), &v); err != nil {
			t.Fatal(err)
		}
		for range 1 + random.IntN(3) {
			v = channeltest.Spoil(random, v)
		}
		fields, ok := v.(map[string]any)
		if !ok || len(fields) == 0 {
			fields = map[string]any{"odd": v}
		}
		body, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		r.PushRaw(`{"update_id":%d,` + strings.ReplaceAll(strings.TrimPrefix(string(body), "{"), "%", "%%"))
	}
	r.settled()
	if sent := r.ask(4711, "do i have to pay"); len(sent) != 1 || !strings.Contains(sent[0].Text, "free at the point") {
		t.Errorf("afterwards: %+v", sent)
	}
	if strings.Contains(r.log.String(), "could not be handled") {
		t.Errorf("a handler panicked:\n%s", r.log)
	}
}

// FuzzUpdate delivers bytes as updates, as whoever knows the secret could.
func FuzzUpdate(f *testing.F) {
	for i, s := range shapes {
		f.Add([]byte(fmt.Sprintf(`{"update_id":%d,`, i+1) + s[1:]))
	}
	s := telegramtest.New()
	f.Cleanup(s.Close)
	log := &channeltest.Log{}
	c := telegram.New(log.Logger(), telegram.Config{Token: s.Token, APIURL: s.URL, WebhookURL: "http://127.0.0.1:1", WebhookSecret: "x", Unlimited: true}, real(), claims.NewMemory(claims.Key{}), &counts{})
	go c.Run(f.Context())
	if !s.WaitFor(f.Context(), func() bool { return len(s.Calls("setWebhook")) > 0 }) {
		f.Fatal("the channel does not start")
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest("POST", c.WebhookPath(), strings.NewReader(string(body)))
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", "x")
		w := httptest.NewRecorder()
		stalled := time.AfterFunc(patience, func() { panic("an update takes too long: " + string(body)) })
		c.ServeHTTP(w, r)
		stalled.Stop()
		if w.Code != 200 && w.Code != 503 || strings.Contains(log.String(), "could not be handled") {
			t.Errorf("status %d; the log says %s", w.Code, log)
		}
	})
}

// BenchmarkAnswers is all of the channel's work with the limits lifted: fetch,
// answer, send, confirm. The fake server shares the machine; a profile
// (-cpuprofile) tells the two apart by net/http.(*conn).serve.
func BenchmarkAnswers(b *testing.B) {
	chats := b.N/10 + 1 // few questions each: more would be a flood
	s := telegramtest.New()
	defer s.Close()
	for i := range b.N {
		s.Say(int64(1+i%chats), "/start values-free")
	}
	c := telegram.New(slog.New(slog.DiscardHandler), telegram.Config{Token: s.Token, APIURL: s.URL, Unlimited: true}, real(), claims.NewMemory(claims.Key{}), &counts{})
	b.ResetTimer()
	go c.Run(b.Context())
	if !s.WaitFor(b.Context(), func() bool { return s.Pending() == 0 }) {
		b.Fatal("not all was answered")
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
}
