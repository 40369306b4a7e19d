package telegram_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

func TestAReplyArrivesWhateverHappensOnTheWay(t *testing.T) {
	for _, fault := range []telegramtest.Fault{
		{Kind: telegramtest.TooManyRequests, RetryAfter: 1},
		{Kind: telegramtest.TooManyRequests, RetryAfter: 1, Times: 3},
		{Kind: telegramtest.BadGateway, Times: 2},
		{Kind: telegramtest.Reset, Times: 2},
		{Kind: telegramtest.Slow, Delay: 200 * time.Millisecond},
	} {
		t.Run(fmt.Sprintf("%d, %d times", fault.Kind, fault.Times), func(t *testing.T) {
			t.Parallel()
			r := start(t, real())
			fault.Method = "sendMessage"
			r.Inject(fault)
			r.Say(person, "do i have to pay")
			r.Say(person, "what do you say about blame")
			r.settled()
			sent := r.Sent(person)
			if len(sent) != 2 || !strings.Contains(sent[0].Text, "free at the point") || !strings.Contains(sent[1].Text, "no blame") {
				t.Errorf("got %+v", sent)
			}
		})
	}
}

func TestAChatThatIsGoneIsLeftQuietly(t *testing.T) {
	for _, description := range []string{"Forbidden: bot was blocked by the user", "Forbidden: user is deactivated", "Forbidden: bot was kicked from the supergroup chat", "Bad Request: chat not found"} {
		t.Run(description, func(t *testing.T) {
			t.Parallel()
			r := start(t, real())
			code := 403
			if strings.HasPrefix(description, "Bad") {
				code = 400
			}
			r.Inject(telegramtest.Fault{Method: "sendMessage", Kind: telegramtest.Refuse, Code: code, Description: description})
			if sent := r.ask(person, "do i have to pay"); len(sent) != 0 {
				t.Errorf("got %+v", sent)
			}
			if strings.Contains(r.log.String(), "WARN") || len(r.Calls("sendMessage")) != 0 {
				t.Errorf("the log says %s", r.log)
			}
			if sent := r.ask(person, "do i have to pay"); len(sent) != 1 {
				t.Errorf("when the person comes back: %+v", sent)
			}
		})
	}
}

func TestATopicThatIsClosed(t *testing.T) {
	r := start(t, real())
	r.Inject(telegramtest.Fault{Method: "sendMessage", Kind: telegramtest.Refuse, Code: 400, Description: "Bad Request: message thread not found"})
	r.SayIn(topic, telegramtest.Incoming{From: person, Text: "/free"})
	r.settled()
	if sent := r.Sent(topic.ID); len(sent) != 1 || sent[0].Topic != 0 {
		t.Errorf("got %+v", sent)
	}
}

// Trouble with fetching updates is said once, in a line that says what to do, and ends when it ends.
func TestFetchingRecovers(t *testing.T) {
	for _, test := range []struct {
		fault telegramtest.Fault
		says  string
	}{
		{telegramtest.Fault{Kind: telegramtest.BadGateway, Times: 3}, "telegram has trouble of its own (status 502)"},
		{telegramtest.Fault{Kind: telegramtest.Reset, Times: 3}, "telegram cannot be reached"},
		{telegramtest.Fault{Kind: telegramtest.Garbage, Times: 2}, "if this goes on, check TELEGRAM_API_URL"},
		{telegramtest.Fault{Kind: telegramtest.TooManyRequests, RetryAfter: 1}, "waiting as long as telegram asks"},
		{telegramtest.Fault{Kind: telegramtest.Refuse, Code: 409, Description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", Times: 2}, "another program fetches this bot's updates"},
		{telegramtest.Fault{Kind: telegramtest.Refuse, Code: 409, Description: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}, "a webhook is set for this bot"},
	} {
		t.Run(test.says, func(t *testing.T) {
			t.Parallel()
			server := telegramtest.New()
			defer server.Close()
			test.fault.Method = "getUpdates"
			server.Inject(test.fault)
			r := start(t, real(), on(server))
			if sent := r.ask(person, "do i have to pay"); len(sent) != 1 {
				t.Errorf("got %+v", sent)
			}
			log := r.log.String()
			if strings.Count(log, test.says) != 1 || strings.Count(log, "telegram answers again") != 1 || strings.Contains(log, r.Token) {
				t.Errorf("the log says\n%s", log)
			}
			r.stop()
		})
	}
}

func TestARefusedTokenEndsTheRun(t *testing.T) {
	t.Run("from the start", func(t *testing.T) {
		r := start(t, real(), withToken("1:wrong"), expect("Unauthorized"))
		if err := r.wait(); err == nil || !strings.Contains(err.Error(), "TELEGRAM_BOT_TOKEN") || strings.Contains(err.Error(), "1:wrong") {
			t.Errorf("the error is %v", err)
		}
	})
	t.Run("while it runs", func(t *testing.T) {
		r := start(t, real())
		r.ask(person, "do i have to pay")
		r.Revoke()
		r.Say(person, "and now?")
		if err := r.wait(); err == nil || !strings.Contains(err.Error(), "@BotFather") {
			t.Errorf("the error is %v", err)
		}
	})
}

func TestTelegramIsAwayAtTheStart(t *testing.T) {
	server := telegramtest.New()
	defer server.Close()
	server.Inject(telegramtest.Fault{Method: "getMe", Kind: telegramtest.Reset, Times: 2})
	r := start(t, real(), on(server))
	if sent := r.ask(person, "do i have to pay"); len(sent) != 1 {
		t.Errorf("got %+v", sent)
	}
	r.stop()
}

func TestDuplicatesAndDisorder(t *testing.T) {
	r := start(t, real())
	r.Shuffle(1, 0.3, 0.2)
	const chats, each = 20, 10
	for i := range each {
		for chat := range chats {
			r.Say(int64(100+chat), fmt.Sprintf("/%s", []string{"free", "mission"}[i%2]))
		}
	}
	r.settled()
	for chat := range chats {
		if n := len(r.Sent(int64(100 + chat))); n != each {
			t.Errorf("chat %d got %d answers to %d questions", chat, n, each)
		}
	}
}

func TestPoisonDoesNotStopTheRest(t *testing.T) {
	r := start(t, real())
	for _, poison := range []string{
		`{"update_id":%d,"message":"not an object"}`,
		`{"update_id":%d,"message":{"message_id":"x","chat":7}}`,
		`{"update_id":%d,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7},"text":42}}`,
		`{"update_id":%d,"callback_query":{"id":1}}`,
		`{"update_id":%d,"callback_query":{"id":"x","from":{"id":7},"message":null,"data":"values-free"}}`,
		`{"update_id":%d,"inline_query":[]}`,
		`{"update_id":%d,"a_kind_of_2031":{"x":1}}`,
		`{"update_id":%d}`,
		`{"update_id":%d,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7},"text":"/free","entities":[{"type":"bot_command","offset":-5,"length":99999999999}]}}`,
		`{"update_id":%d,"message":{"message_id":1,"date":-9223372036854775808,"chat":{"id":7,"type":"private"},"from":{"id":7},"text":"\u0000\ud800 free?","entities":[{"type":"mention","offset":9223372036854775807,"length":9223372036854775807}]}}`,
	} {
		r.PushRaw(poison)
	}
	r.expected = "query" // the answer to a press that never was
	sent := r.ask(person, "do i have to pay")
	if len(sent) == 0 || !strings.Contains(sent[len(sent)-1].Text, "free at the point") {
		t.Errorf("got %+v", sent)
	}
}

func TestAFloodIsToldOnceToSlowDown(t *testing.T) {
	r := start(t, real())
	for range 60 {
		r.Say(person, "do i have to pay")
	}
	r.Say(person, "my dad has collapsed")
	other := r.ask(person+1, "do i have to pay")
	r.settled()
	var answers, warnings, urgent int
	for _, m := range r.Sent(person) {
		switch {
		case strings.Contains(m.Text, "free at the point"):
			answers++
		case strings.Contains(m.Text, "You have sent many messages"):
			warnings++
		case strings.Contains(m.Text, "Call 999 now"):
			urgent++
		}
	}
	if answers != 20 || warnings != 1 || urgent != 1 || len(other) != 1 {
		t.Errorf("%d answers, %d warnings, %d emergencies; another chat got %d", answers, warnings, urgent, len(other))
	}
}

func TestWhatPiledUpOvernightIsNoFlood(t *testing.T) {
	server := telegramtest.New()
	defer server.Close()
	for i := range 60 {
		at := time.Now().Add(-10 * time.Hour).Add(time.Duration(i) * 10 * time.Minute)
		server.SayIn(privately, telegramtest.Incoming{From: person, Text: "do i have to pay", Fields: map[string]any{"date": at.Unix()}})
	}
	r := start(t, real(), on(server))
	r.settled()
	if n := len(r.Sent(person)); n != 60 {
		t.Errorf("%d of 60 questions were answered", n)
	}
	r.stop()
}

func TestStoppingAnswersWhatWasTaken(t *testing.T) {
	r := start(t, real(), limited)
	for chat := range 20 {
		r.Say(int64(200+chat), "do i have to pay")
	}
	r.until("some are answered", func() bool { return len(r.Calls("sendMessage")) > 2 })
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if n := len(r.Calls("sendMessage")); n != 20 || r.Pending() != 0 {
		t.Errorf("%d of 20 were answered, %d are not confirmed", n, r.Pending())
	}
}

func TestNothingPeopleWriteIsLogged(t *testing.T) {
	const mark = "zzmarkzz"
	r := start(t, real())
	r.Inject(telegramtest.Fault{Method: "sendMessage", Kind: telegramtest.Refuse, Code: 400, Description: `Bad Request: something is wrong with "` + mark + `"`})
	r.Inject(telegramtest.Fault{Method: "sendMessage", Kind: telegramtest.Reset})
	r.Inject(telegramtest.Fault{Method: "sendMessage", Kind: telegramtest.BadGateway})
	r.SayIn(telegramtest.Chat{ID: 55667788, Type: "private"}, telegramtest.Incoming{From: 55667788, Text: "is it free " + mark, Fields: map[string]any{"from": map[string]any{"id": 55667788, "first_name": mark, "username": mark}}})
	r.PushRaw(`{"update_id":%d,"message":{"text":["` + mark + `"]}}`)
	r.Query(55667788, mark)
	r.Say(55667788, mark)
	r.Press(55667788, r.SayAnd(55667788), mark)
	r.settled()
	r.stop()
	for _, secret := range []string{mark, "55667788", r.Token, "TEST"} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("%q stands in the log\n%s", secret, r.log)
		}
	}
}

// SayAnd makes the bot say something and gives the number of that message.
func (r *rig) SayAnd(chat int64) int {
	sent := r.ask(chat, "thanks")
	return sent[len(sent)-1].ID
}
