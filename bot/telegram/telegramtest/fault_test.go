package telegramtest_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

func TestFaults(t *testing.T) {
	for _, test := range []struct {
		name   string
		fault  telegramtest.Fault
		code   int // 0 for no answer
		want   string
		effect bool
	}{
		{"too many", telegramtest.Fault{Kind: telegramtest.TooManyRequests, RetryAfter: 7}, 429, `"retry_after":7`, false},
		{"gateway", telegramtest.Fault{Kind: telegramtest.BadGateway}, 502, "<html>", false},
		{"reset", telegramtest.Fault{Kind: telegramtest.Reset}, 0, "", false},
		{"lost", telegramtest.Fault{Kind: telegramtest.LostReply}, 0, "", true},
		{"hang", telegramtest.Fault{Kind: telegramtest.Hang, Delay: time.Millisecond}, 0, "", false},
		{"refused", telegramtest.Fault{Kind: telegramtest.Refuse, Code: 400, Description: "Bad Request: no"}, 400, "Bad Request: no", false},
		{"refused by default", telegramtest.Fault{Kind: telegramtest.Refuse}, 403, "Forbidden", false},
		{"garbage", telegramtest.Fault{Kind: telegramtest.Garbage}, 200, `{"ok":true`, true},
		{"slow", telegramtest.Fault{Kind: telegramtest.Slow, Delay: time.Millisecond}, 200, `"text":"hi"`, true},
		{"other method", telegramtest.Fault{Kind: telegramtest.Reset, Method: "getMe"}, 200, `"text":"hi"`, true},
		{"other chat", telegramtest.Fault{Kind: telegramtest.Reset, Chat: 2}, 200, `"text":"hi"`, true},
		{"this chat", telegramtest.Fault{Kind: telegramtest.Reset, Chat: 1, Method: "*"}, 0, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := start(t)
			s.Say(1, "hello")
			s.Inject(test.fault)
			got := call(t, s, "sendMessage", with(nil))
			if got.Code != test.code || !strings.Contains(string(got.body), test.want) {
				t.Errorf("got %d %s", got.Code, got.body)
			}
			if effect := len(s.Sent(1)) == 1; effect != test.effect {
				t.Errorf("effect: %v", effect)
			}
			if got := call(t, s, "sendMessage", with(nil)); !got.OK {
				t.Errorf("the fault came twice: %d %s", got.Code, got.Description)
			}
			if r := s.Rejected(); len(r) > 0 {
				t.Errorf("rejected %q", r)
			}
		})
	}
}

func TestFaultsInOrder(t *testing.T) {
	s := start(t)
	s.Inject(telegramtest.Fault{Kind: telegramtest.BadGateway, Times: 2})
	s.Inject(telegramtest.Fault{Kind: telegramtest.Refuse, Times: -1})
	var codes []int
	for range 5 {
		codes = append(codes, call(t, s, "getMe", nil).Code)
	}
	if want := []int{502, 502, 403, 403, 403}; !slices.Equal(codes, want) {
		t.Errorf("got %v, want %v", codes, want)
	}
	if got := call(t, s, "getUpdates", nil); !got.OK {
		t.Errorf("polls are not meant: %d", got.Code)
	}
}

func TestRepeatingALostCallIsNoMistake(t *testing.T) {
	s := start(t)
	answer := p{"callback_query_id": s.PressOld(1, 1, "a")}
	s.Inject(telegramtest.Fault{Kind: telegramtest.LostReply})
	call(t, s, "answerCallbackQuery", answer)
	if got := call(t, s, "answerCallbackQuery", answer); got.OK || len(s.Rejected()) != 0 {
		t.Errorf("got %s, rejected %q", got.body, s.Rejected())
	}
	call(t, s, "answerCallbackQuery", answer)
	if len(s.Rejected()) != 1 {
		t.Errorf("rejected %q", s.Rejected())
	}
}

func TestRates(t *testing.T) {
	s := start(t)
	c := stop(s)
	for _, chat := range []int64{1, 2, -5} {
		s.SayIn(telegramtest.Chat{ID: chat}, telegramtest.Incoming{Text: "hello"})
	}
	s.LimitRates(true)
	tooFast := 0
	for _, step := range []struct {
		chat       string
		after      time.Duration
		times      int
		retryAfter int // of one call more
	}{
		{"1", 0, 3, 1},
		{"2", 0, 3, 1},
		{"1", time.Second, 1, 1},
		{"-5", time.Second, 20, 3},
		{"-5", 3 * time.Second, 1, 3},
	} {
		c.move(step.after)
		for range step.times {
			if got := call(t, s, "sendMessage", with(p{"chat_id": step.chat})); !got.OK {
				t.Fatalf("%v: got %s", step, got.body)
			}
		}
		got := call(t, s, "sendMessage", with(p{"chat_id": step.chat}))
		if tooFast++; got.Code != 429 || got.Parameters.RetryAfter != step.retryAfter || s.TooFast() != tooFast {
			t.Errorf("%v: got %s", step, got.body)
		}
	}
	c.move(time.Minute)
	for range 30 {
		call(t, s, "getMe", nil)
	}
	if got := call(t, s, "getMe", nil); got.Code != 429 {
		t.Errorf("got %s", got.body)
	}
	if got := call(t, s, "getUpdates", nil); !got.OK {
		t.Errorf("got %s", got.body)
	}
	s.LimitRates(false)
	if got := call(t, s, "getMe", nil); !got.OK || len(s.Rejected()) > 0 {
		t.Errorf("got %s, rejected %q", got.body, s.Rejected())
	}
}

func TestWaysToCall(t *testing.T) {
	s := start(t)
	s.Say(1, "hello")
	bot := s.URL + "/bot" + s.Token
	const form, js = "application/x-www-form-urlencoded", "application/json"
	multipart := "--x\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n1\r\n" +
		"--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhi\r\n--x--\r\n"
	for _, test := range []struct{ address, kind, body, want string }{
		{bot + "/sendMessage", form, "chat_id=1&text=hi", ""},
		{bot + "/sendMessage?chat_id=1&text=hi", "", "", ""},
		{bot + "/sendMessage", js, `{"chat_id":1,"text":"hi","reply_parameters":{"message_id":1},"reply_markup":null}`, ""},
		{bot + "/sendMessage", "multipart/form-data; boundary=x", multipart, ""},
		{bot + "/sendMessage?text=a", form, "chat_id=1&text=hi", "Bad Request: parameter text given twice"},
		{bot + "/sendMessage", js, `[]`, "Bad Request: can't parse the JSON object"},
		{bot + "/sendMessage", js, "{\"text\":\"\xff\"}", "Bad Request: strings must be encoded in UTF-8"},
		{bot + "/sendMessage", "text/plain", "hi", "Bad Request: unsupported content type text/plain"},
		{s.URL + "/bot1:x/getMe", "", "", "Unauthorized"},
		{s.URL + "/botx/getMe", "", "", "Not Found"},
		{s.URL + "/", "", "", "Not Found"},
	} {
		if got := post(t, test.address, test.kind, []byte(test.body)); got.Description != test.want || got.OK != (test.want == "") {
			t.Errorf("%s %s: got %s", test.kind, test.body, got.body)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, bot+"/getMe", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if got := do(r); !got.OK || !strings.Contains(string(got.body), s.Username) {
		t.Errorf("got %s", got.body)
	}
}
