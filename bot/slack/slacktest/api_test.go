package slacktest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/frontdesk-care/frontdesk/bot/slack/slacktest"
)

// This is a client of Slack's that the fake did not write itself.
func TestClientOfAnotherHand(t *testing.T) {
	s := start(t)
	api := slack.New(s.BotToken, slack.OptionAPIURL(s.URL+"/api/"))
	who, err := api.AuthTest()
	if err != nil || who.UserID != s.BotUserID || who.BotID != s.BotID || !strings.Contains(who.Header.Get("X-OAuth-Scopes"), "chat:write") {
		t.Fatalf("auth.test: %+v %v", who, err)
	}
	ts := s.Mention("C1", "U1", "hello")
	button := slack.NewButtonBlockElement("more", "v", slack.NewTextBlockObject("plain_text", "More", false, false))
	_, answer, err := api.PostMessage("C1", slack.MsgOptionText("hi & bye", true), slack.MsgOptionTS(ts),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
		slack.MsgOptionBlocks(slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "*hi*", false, false), nil, nil),
			slack.NewActionBlock("acts", button)))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := api.UpdateMessage("C1", answer, slack.MsgOptionText("changed", true)); err != nil {
		t.Fatal(err)
	}
	got := s.Posted("C1")
	if len(got) != 1 || got[0].Text != "changed" || got[0].ThreadTS != ts || got[0].Edits != 1 || !got[0].UnfurlsOff || len(got[0].Blocks) != 2 {
		t.Errorf("posted: %+v", got)
	}
	if link, err := api.GetPermalink(&slack.PermalinkParameters{Channel: "C1", Ts: answer}); err != nil || !strings.HasPrefix(link, "https://") {
		t.Errorf("permalink: %q %v", link, err)
	}
	if m, _, _, err := api.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: "C1", Timestamp: ts}); err != nil || len(m) != 2 {
		t.Errorf("replies: %v %v", m, err)
	}
	if _, err := api.PublishView("U1", slack.HomeTabViewRequest{Type: "home"}, ""); err == nil {
		t.Error("a home tab without blocks was taken")
	}
	if err := api.SetAssistantThreadsStatus(slack.AssistantThreadsSetStatusParameters{ChannelID: "C1", ThreadTS: ts, Status: "thinks"}); err != nil {
		t.Error(err)
	}
	if r := s.Rejected(); len(r) != 1 {
		t.Errorf("rejected: %q", r)
	}
}

func TestCallsAreRefusedWithSlacksWords(t *testing.T) {
	long := func(n int) string { return strings.Repeat("a", n) }
	for _, c := range []struct {
		method string
		args   map[string]any
		want   string
		blame  bool
	}{
		{"chat.delete", nil, "unknown_method", true},
		{"chat.postMessage", map[string]any{"text": "x"}, "invalid_arguments", true},
		{"chat.postMessage", map[string]any{"channel": "C1"}, "no_text", true},
		{"chat.postMessage", map[string]any{"channel": "general", "text": "x"}, "channel_not_found", true},
		{"chat.postMessage", map[string]any{"channel": "CLEFT", "text": "x"}, "not_in_channel", false},
		{"chat.postMessage", map[string]any{"channel": "C1", "text": "x", "colour": "red"}, "invalid_arguments", true},
		{"chat.postMessage", map[string]any{"channel": "C1", "text": "x", "thread_ts": "12"}, "invalid_thread_ts", true},
		{"chat.postMessage", map[string]any{"channel": "C1", "text": long(40_001)}, "msg_too_long", true},
		{"chat.postMessage", map[string]any{"channel": "C1", "blocks": "{"}, "invalid_blocks_format", true},
		{"chat.postMessage", map[string]any{"channel": "C1", "text": long(40_000)}, "", false},
		{"chat.postMessage", map[string]any{"channel": "C1", "text": "R&D"}, "", true},
		{"chat.postMessage", map[string]any{"channel": "C1", "text": "x", "thread_ts": "1700000000.000001"}, "", true},
		{"chat.update", map[string]any{"channel": "C1", "ts": "1700000000.000001", "text": "x"}, "message_not_found", true},
		{"chat.unfurl", map[string]any{"channel": "C1", "unfurls": "{}"}, "missing_ts", true},
		{"views.open", map[string]any{"trigger_id": "x", "view": modal()}, "invalid_trigger_id", true},
		{"views.update", map[string]any{"view_id": "V1", "view": modal()}, "not_found", true},
		{"reactions.add", map[string]any{"channel": "C1", "name": "eyes", "timestamp": "1"}, "message_not_found", true},
		{"users.info", map[string]any{"user": "U1"}, "invalid_arguments", true}, // Slack takes no JSON here
		{"views.publish", map[string]any{"user_id": "U1", "view": map[string]any{"type": "home", "blocks": []any{}}}, "", false},
	} {
		t.Run(c.method+" "+c.want, func(t *testing.T) {
			s := start(t)
			s.Leave("CLEFT")
			got := call(t, s, c.method, c.args)
			if code, _ := got["error"].(string); code != c.want {
				t.Errorf("got %v, want error %q", got, c.want)
			}
			if blamed := len(s.Rejected()) == 1; blamed != c.blame {
				t.Errorf("rejected: %q", s.Rejected())
			}
		})
	}
}

func modal(blocks ...any) map[string]any {
	return map[string]any{"type": "modal", "title": map[string]any{"type": "plain_text", "text": "T"}, "blocks": append([]any{}, blocks...)}
}

func TestTokensAndScopes(t *testing.T) {
	s := start(t)
	get := func(token string) string {
		_, body := form(t, s, "auth.test", url.Values{"token": {token}})
		return body
	}
	for token, want := range map[string]string{"": "not_authed", "xoxb-other": "invalid_auth", s.AppToken: "not_allowed_token_type", s.BotToken: `"ok":true`} {
		if got := get(token); !strings.Contains(got, want) {
			t.Errorf("%q: %s", token, got)
		}
	}
	s.Scopes("commands", "reactions:write")
	got := call(t, s, "chat.postMessage", map[string]any{"channel": "C1", "text": "x"})
	if got["error"] != "missing_scope" || got["needed"] != "chat:write" || got["provided"] != "commands,reactions:write" {
		t.Errorf("without the scope: %v", got)
	}
	s.Revoke()
	if got := call(t, s, "chat.postMessage", map[string]any{"channel": "C1", "text": "x"}); got["error"] != "token_revoked" {
		t.Errorf("revoked: %v", got)
	}
	if got := call(t, s, "apps.connections.open", nil); got["error"] != "invalid_auth" {
		t.Errorf("revoked: %v", got)
	}
}

func form(t *testing.T, s *slacktest.Server, method string, v url.Values) (int, string) {
	t.Helper()
	resp, err := http.PostForm(s.URL+"/api/"+method, v)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b := make([]byte, 4096)
	n, _ := resp.Body.Read(b)
	return resp.StatusCode, string(b[:n])
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		fault  slacktest.Fault
		want   string
		effect int // messages after it
	}{
		{slacktest.Fault{Kind: slacktest.TooManyRequests, RetryAfter: 7}, "ratelimited 429", 0},
		{slacktest.Fault{Kind: slacktest.ServerError}, "no json 503", 0},
		{slacktest.Fault{Kind: slacktest.Reset}, "transport <nil>", 0},
		{slacktest.Fault{Kind: slacktest.LostReply}, "transport <nil>", 1},
		{slacktest.Fault{Kind: slacktest.Hang, Delay: time.Millisecond}, "transport <nil>", 0},
		{slacktest.Fault{Kind: slacktest.Refuse, Error: "token_revoked"}, "token_revoked 200", 0},
		{slacktest.Fault{Kind: slacktest.Slow, Delay: time.Millisecond}, "<nil> 200", 1},
		{slacktest.Fault{Kind: slacktest.Garbage}, "no json 200", 0},
		{slacktest.Fault{Kind: slacktest.Garbage, Channel: "C2"}, "<nil> 200", 1},
		{slacktest.Fault{Kind: slacktest.Garbage, Method: "auth.test"}, "<nil> 200", 1},
	} {
		t.Run(fmt.Sprint(c.fault), func(t *testing.T) {
			s := start(t)
			s.Inject(c.fault)
			say := func() string {
				got := call(t, s, "chat.postMessage", map[string]any{"channel": "C1", "text": "x"})
				return fmt.Sprint(got["error"], " ", got["status"])
			}
			if got := say(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if n := len(s.Posted("")); n != c.effect {
				t.Errorf("%d messages, want %d", n, c.effect)
			}
			if got := say(); got != "<nil> 200" {
				t.Errorf("the next call: %s", got)
			}
			if len(s.Calls("chat.postMessage")) != 2 || len(s.Rejected()) != 0 {
				t.Errorf("calls %v, rejected %q", s.Calls("chat.postMessage"), s.Rejected())
			}
		})
	}
}

func TestCloseDoesNotWaitForAHangingCall(t *testing.T) {
	s := start(t)
	connect(t, s, never)
	s.Inject(slacktest.Fault{Kind: slacktest.Hang, Method: "auth.test"})
	done := make(chan map[string]any)
	go func() { done <- call(t, s, "auth.test", nil) }()
	eventually(t, s, "the call came", func() bool { return len(s.Calls("auth.test")) == 1 })
	s.Close()
	if got := <-done; got["error"] != "transport" {
		t.Errorf("got %v", got)
	}
}

func TestRateLimitIsAChannelsOwn(t *testing.T) {
	s := start(t)
	s.LimitRates(true)
	refused := 0
	for range 8 {
		if call(t, s, "chat.postMessage", map[string]any{"channel": "C1", "text": "x"})["status"] == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 || s.TooFast() != refused || len(s.Posted("C1")) != 8-refused {
		t.Errorf("%d refused, %d counted, %d posted", refused, s.TooFast(), len(s.Posted("C1")))
	}
	if got := call(t, s, "chat.postMessage", map[string]any{"channel": "C2", "text": "x"}); got["ok"] != true {
		t.Errorf("another channel: %v", got)
	}
}
