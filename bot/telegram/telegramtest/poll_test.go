package telegramtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

func TestPollConfirms(t *testing.T) {
	s := start(t)
	for i := range 5 {
		s.Say(int64(i+1), "hello")
	}
	for _, step := range []struct {
		offset, limit string
		want          []int64
		pending       int
	}{
		{"0", "2", []int64{1, 2}, 5},
		{"0", "2", []int64{1, 2}, 5}, // nothing was confirmed
		{fmt.Sprint(first + 2), "2", []int64{3, 4}, 3},
		{fmt.Sprint(first + 1), "100", []int64{3, 4, 5}, 3}, // confirmed is confirmed
		{"-1", "100", []int64{5}, 1},
		{fmt.Sprint(first + 5), "100", []int64{}, 0},
	} {
		got := call(t, s, "getUpdates", p{"offset": step.offset, "limit": step.limit}).ids(t)
		if !slices.Equal(got, step.want) || s.Pending() != step.pending {
			t.Errorf("offset %s: got %v with %d pending, want %v with %d", step.offset, got, s.Pending(), step.want, step.pending)
		}
	}
	if got := s.Confirmed() - first + 1; got != 5 {
		t.Errorf("confirmed %d", got)
	}
	s.SetBatch(1)
	s.Say(1, "a")
	s.Say(1, "b")
	if got := call(t, s, "getUpdates", nil).ids(t); len(got) != 1 {
		t.Errorf("got %v in a batch of one", got)
	}
}

func TestPollWaits(t *testing.T) {
	s := start(t)
	got := make(chan reply, 1)
	poll := func() { got <- call(t, s, "getUpdates", p{"timeout": "50"}) }
	polls := func(n int) { wait(t, s, "a poll", func() bool { return len(s.Calls("getUpdates")) == n }) }

	go poll()
	polls(1)
	s.Say(1, "hello")
	if ids := (<-got).ids(t); !slices.Equal(ids, []int64{1}) {
		t.Errorf("got %v", ids)
	}
	call(t, s, "getUpdates", p{"offset": fmt.Sprint(first + 1)})

	go poll()
	polls(3)
	second := make(chan reply, 1)
	go func() { second <- call(t, s, "getUpdates", p{"timeout": "50"}) }()
	const other = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
	if r := <-got; r.Code != http.StatusConflict || r.Description != other {
		t.Errorf("the first poll got %d %s", r.Code, r.Description)
	}
	s.Revoke()
	if r := <-second; r.ErrorCode != http.StatusUnauthorized || r.Description != "Unauthorized" {
		t.Errorf("the second poll got %d %s", r.Code, r.Description)
	}
	if r := call(t, s, "getMe", nil); r.Code != http.StatusUnauthorized {
		t.Errorf("getMe got %d", r.Code)
	}
	if r := s.Rejected(); len(r) > 0 {
		t.Errorf("rejected %q", r)
	}
}

func TestPollEndsWithTheServer(t *testing.T) {
	s := telegramtest.New()
	got := make(chan reply, 2)
	go func() { got <- call(t, s, "getUpdates", p{"timeout": "50"}) }()
	s.Inject(telegramtest.Fault{Kind: telegramtest.Hang})
	go func() { got <- call(t, s, "getMe", nil) }()
	wait(t, s, "a poll", func() bool { return len(s.Calls("getUpdates")) == 1 })
	s.Close()
	s.Close()
	for range 2 {
		if r := <-got; r.OK {
			t.Errorf("got %s", r.body)
		}
	}
}

func TestAllowedUpdates(t *testing.T) {
	s := start(t)
	s.Query(1, "before the bot said what it wants")
	call(t, s, "getUpdates", p{"allowed_updates": `["message"]`})
	s.Query(1, "after it")
	s.Say(1, "hello")
	s.PushRaw(`{"update_id":%d,"unknown":{}}`)
	if got := call(t, s, "getUpdates", nil).ids(t); !slices.Equal(got, []int64{1, 3, 4}) {
		t.Errorf("got %v", got)
	}
	call(t, s, "getUpdates", p{"allowed_updates": `[]`})
	s.Query(1, "again")
	if got := call(t, s, "getUpdates", nil).ids(t); !slices.Equal(got, []int64{1, 3, 4, 5}) {
		t.Errorf("got %v", got)
	}
}

// The parts of an update which bots look at.
func TestUpdates(t *testing.T) {
	group := telegramtest.Chat{ID: -5}
	forum := telegramtest.Chat{ID: -1_000_000_000_005, Topic: 7}
	for _, test := range []struct {
		name string
		push func(*telegramtest.Server)
		want []string // parts of the update's JSON, keys sorted
	}{
		{"command", func(s *telegramtest.Server) { s.Say(1, "/start x") },
			[]string{`"entities":[{"type":"bot_command","offset":0,"length":6}]`, `"chat":{"first_name":"Person 1","id":1,"type":"private"}`, `"from":{"first_name":"Person 1","id":1,"is_bot":false}`, `"message_id":1`}},
		{"mention", func(s *telegramtest.Server) { s.SayIn(group, telegramtest.Incoming{From: 2, Text: "😀 @a_bot hi"}) },
			[]string{`[{"type":"mention","offset":3,"length":6}]`, `"id":2`, `"type":"group"`}},
		{"topic", func(s *telegramtest.Server) { s.SayIn(forum, telegramtest.Incoming{Text: "hi"}) },
			[]string{`"is_topic_message":true`, `"message_thread_id":7`, `"type":"supergroup"`, `"forum_topic_created"`, `"is_forum":true`}},
		{"voice", func(s *telegramtest.Server) {
			s.SayIn(telegramtest.Chat{ID: 1}, telegramtest.Incoming{Attachment: "voice", Caption: "/a", Language: "cy", FromBot: true, Fields: map[string]any{"media_group_id": "m"}})
		}, []string{`"voice":{`, `"caption_entities":[`, `"language_code":"cy"`, `"is_bot":true`, `"media_group_id":"m"`}},
		{"channel", func(s *telegramtest.Server) {
			s.SayIn(telegramtest.Chat{ID: -1_000_000_000_006, Type: "channel"}, telegramtest.Incoming{Text: "hi"})
		},
			[]string{`"channel_post":{`, `"sender_chat"`}},
		{"edit", func(s *telegramtest.Server) { s.Edit(telegramtest.Chat{ID: 1}, 1, "new") },
			[]string{`"edited_message":{`, `"edit_date":`, `"text":"new"`}},
		{"reply", func(s *telegramtest.Server) {
			s.SayIn(telegramtest.Chat{ID: 1}, telegramtest.Incoming{Text: "hi", ReplyTo: 2})
		},
			[]string{`"reply_to_message":{`, `"id":123456,"is_bot":true`}},
		{"press", func(s *telegramtest.Server) { s.Press(1, 2, "a") },
			[]string{`"callback_query":{`, `"data":"a"`, `"text":"from the bot"`, `"chat_instance"`}},
		{"old press", func(s *telegramtest.Server) { s.PressOld(1, 2, "a") },
			[]string{`"message":{"chat":{"first_name":"Person 1","id":1,"type":"private"},"date":0,"message_id":2}`}},
		{"query", func(s *telegramtest.Server) { s.Query(1, "q") },
			[]string{`"inline_query":{`, `"query":"q"`, `"offset":""`}},
		{"made up", func(s *telegramtest.Server) { s.Push(map[string]any{"poll": map[string]any{"id": "1"}}) },
			[]string{`{"update_id":700000002,"poll":{"id":"1"}}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := start(t)
			s.Say(1, "hello") // message 1, update 1
			call(t, s, "sendMessage", with(p{"text": "from the bot"}))
			if test.name == "command" {
				s = start(t)
			}
			test.push(s)
			got := string(call(t, s, "getUpdates", p{"offset": "-1"}).Result)
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %s in %s", want, got)
				}
			}
		})
	}
}

func TestPushTeaches(t *testing.T) {
	s := start(t)
	s.Push(map[string]any{"message": map[string]any{"message_id": 41, "text": 7,
		"chat": map[string]any{"id": 9, "type": "private"}}})
	s.PushRaw(`{"update_id":%d,"callback_query":{"id":"77","from":{"id":"x"},"message":{"message_id":1,"chat":{"id":-8,"type":"group"}}}}`)
	for _, c := range []struct {
		method string
		params p
	}{
		{"sendMessage", p{"chat_id": "9", "text": "hi", "reply_parameters": `{"message_id":41}`}},
		{"sendMessage", p{"chat_id": "-8", "text": "hi"}},
		{"answerCallbackQuery", p{"callback_query_id": "77"}},
	} {
		if got := call(t, s, c.method, c.params); !got.OK {
			t.Errorf("%s: %s", c.method, got.Description)
		}
	}
	if id := s.Sent(9)[0].ID; id != 42 {
		t.Errorf("the next message is %d", id)
	}
}

func TestShuffleLosesNothing(t *testing.T) {
	const n = 500
	s := start(t)
	s.Shuffle(1, 0.3, 0.3)
	s.SetBatch(20)
	for range n {
		s.Say(1, "hello")
	}
	seen := map[int64]int{}
	swapped, last, offset := 0, int64(0), int64(0)
	for s.Pending() > 0 {
		for _, id := range call(t, s, "getUpdates", p{"offset": fmt.Sprint(offset)}).ids(t) {
			if seen[id]++; seen[id] == 1 && id < last {
				swapped++
			}
			last = id
			offset = max(offset, first+id)
		}
	}
	twice := 0
	for _, times := range seen {
		if times == 2 {
			twice++
		}
	}
	if len(seen) != n || twice < n/5 || twice > n*2/5 || swapped < n/10 {
		t.Errorf("%d updates, %d twice, %d swapped", len(seen), twice, swapped)
	}
}

func TestManyUpdates(t *testing.T) {
	const n = 10_000
	s := start(t)
	for i := range n {
		s.Say(int64(i%100+1), "hello")
	}
	got := 0
	for offset := int64(0); s.Pending() > 0; {
		var updates []struct {
			ID int64 `json:"update_id"`
		}
		r := call(t, s, "getUpdates", p{"offset": fmt.Sprint(offset)})
		if err := json.Unmarshal(r.Result, &updates); err != nil {
			t.Fatal(err)
		}
		if got += len(updates); len(updates) > 0 {
			offset = updates[len(updates)-1].ID + 1
		}
	}
	if got != n || s.Busy() <= 0 {
		t.Errorf("got %d updates in %v", got, s.Busy())
	}
}
