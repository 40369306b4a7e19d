package slack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/slack"
	"github.com/frontdesk-care/frontdesk/bot/slack/slacktest"
)

func TestAReplyArrivesWhateverHappensOnTheWay(t *testing.T) {
	for _, fault := range []slacktest.Fault{
		{Kind: slacktest.TooManyRequests, RetryAfter: 1, Times: 2},
		{Kind: slacktest.ServerError, Times: 2},
		{Kind: slacktest.Reset, Times: 2},
		{Kind: slacktest.Refuse, Error: "internal_error", Times: 2},
		{Kind: slacktest.Slow, Delay: 300 * time.Millisecond},
	} {
		for _, method := range []string{"chat.postMessage", "response_url"} {
			if method == "response_url" && fault.Kind == slacktest.Refuse {
				continue // an address answers with a status only
			}
			fault := fault
			fault.Method = method
			t.Run(fmt.Sprintf("%s, %d", method, fault.Kind), func(t *testing.T) {
				t.Parallel()
				r := start(t, real())
				r.Inject(fault)
				if method == "response_url" {
					id := r.Command("C1", "U1", "do i have to pay")
					r.until("the command is answered", func() bool { return len(r.Responses(id)) == 1 })
					return
				}
				r.Mention("C1", "U1", "do i have to pay")
				r.Mention("C1", "U1", "what do you say about blame")
				r.until("both are answered", func() bool { return len(r.Posted("C1")) == 2 })
				posted := r.Posted("C1")
				if !strings.Contains(words(posted[0]), free) || !strings.Contains(words(posted[1]), "no blame") {
					t.Errorf("got %+v", posted)
				}
			})
		}
	}
}

// Each trouble is told once, in a line that says what to do.
func TestTroubleIsExplained(t *testing.T) {
	for name, says := range map[string]string{
		"channel_not_found": "the bot is not in that channel (channel_not_found); invite it there with /invite",
		"not_in_channel":    "the bot is not in that channel (not_in_channel); invite it there with /invite",
		"is_archived":       "that channel is archived",
		"msg_too_long":      "slack answers msg_too_long",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, real())
			r.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: slacktest.Refuse, Error: name})
			r.Mention("C1", "U1", "do i have to pay")
			r.settled()
			if log := r.log.String(); strings.Count(log, says) != 1 {
				t.Errorf("the log says\n%s", log)
			}
			if posted := r.mention("C1", "do i have to pay"); len(posted) != 1 {
				t.Errorf("the next one got %+v", posted)
			}
		})
	}
	t.Run("missing_scope", func(t *testing.T) {
		t.Parallel()
		r := start(t, real(), expect("missing_scope"))
		r.Scopes("app_mentions:read")
		r.Mention("C1", "U1", "do i have to pay")
		r.settled()
		if log := r.log.String(); !strings.Contains(log, "the app lacks the scope chat:write; add it under OAuth & Permissions") {
			t.Errorf("the log says\n%s", log)
		}
	})
}

func TestARefusedTokenEndsTheRun(t *testing.T) {
	for name, broken := range map[string]option{
		"the bot's": config(func(c *slack.Config) { c.BotToken = "xoxb-wrong" }),
		"the app's": config(func(c *slack.Config) { c.AppToken = "xapp-wrong" }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, real(), broken, expect("invalid_auth"))
			if err := r.wait(); err == nil || !strings.Contains(err.Error(), "SLACK_BOT_TOKEN") || strings.Contains(err.Error(), "wrong") {
				t.Errorf("the error is %v", err)
			}
		})
	}
	t.Run("while it runs", func(t *testing.T) {
		t.Parallel()
		r := start(t, real(), expect("revoked"))
		r.mention("C1", "do i have to pay")
		r.Revoke()
		r.Mention("C1", "U1", "and now?")
		if err := r.wait(); err == nil || !strings.Contains(err.Error(), "a token is refused") {
			t.Errorf("the error is %v", err)
		}
	})
}

// Sockets that are refreshed all the time, and deliveries that come twice: each
// question is answered once.
func TestRefreshesAndDuplicates(t *testing.T) {
	const channels, each = 100, 20
	r := start(t, real())
	r.RefreshEvery(2 * time.Second)
	r.Duplicate(1, 0.05)
	for i := range each {
		for channel := range channels {
			if channel%2 == 0 {
				r.DirectMessage(fmt.Sprintf("U%d", channel), "do i have to pay")
			} else {
				r.Mention(fmt.Sprintf("C%d", channel), "U1", "do i have to pay")
			}
		}
		if i%5 == 0 {
			r.until("a socket is new", func() bool { return r.Sockets() == 2 })
			time.Sleep(500 * time.Millisecond) // to meet several refreshes
		}
	}
	r.until("all is answered", func() bool { return len(r.Posted("")) >= channels*each && r.Unacked() == 0 })
	for channel := range channels {
		name := fmt.Sprintf("DU%d", channel)
		if channel%2 == 1 {
			name = fmt.Sprintf("C%d", channel)
		}
		if n := len(r.Posted(name)); n != each {
			t.Errorf("%s got %d answers to %d questions", name, n, each)
		}
	}
	t.Logf("%d questions; the slowest acknowledgement took %s", channels*each, r.SlowestAck())
}

func TestLostSocketsComeBack(t *testing.T) {
	r := start(t, real())
	for range 5 {
		r.until("both sockets are open", func() bool { return r.Sockets() == 2 })
		r.DropSockets()
		if posted := r.mention("C1", "do i have to pay"); len(posted) != 1 {
			t.Errorf("got %d answers", len(posted))
		}
	}
}

// While Slack's own side stalls, people see no failure: commands are acknowledged in
// time and answered later. Events stay unacknowledged, so that Slack brings them
// again, in case this program dies: they are answered once all the same.
func TestSlackStalls(t *testing.T) {
	const stall = 10 * time.Second
	for name, options := range map[string][]option{"sockets": nil, "HTTP": {overHTTP}} {
		t.Run("commands over "+name, func(t *testing.T) {
			t.Parallel()
			r := start(t, real(), options...)
			r.mention("C0", "thanks")
			r.Inject(slacktest.Fault{Method: "response_url", Kind: slacktest.Slow, Delay: stall, Times: 20})
			var ids []string
			for i := range 20 {
				ids = append(ids, r.Command(fmt.Sprintf("C%d", i+1), "U1", "do i have to pay"))
			}
			r.until("all is acknowledged", func() bool { return r.Acked() == 21 })
			if r.SlowestAck() >= 3*time.Second { // Slack's limit, which the fake measures
				t.Errorf("the slowest acknowledgement took %s", r.SlowestAck())
			}
			for _, id := range ids {
				r.until("all is answered", func() bool { return len(r.Responses(id)) == 1 })
			}
			t.Logf("the slowest acknowledgement took %s", r.SlowestAck())
		})
		t.Run("mentions over "+name, func(t *testing.T) {
			t.Parallel()
			r := start(t, real(), options...)
			r.mention("C0", "thanks")
			r.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: slacktest.Slow, Delay: 5 * time.Second, Times: 20})
			for i := range 20 {
				r.Mention(fmt.Sprintf("C%d", i+1), "U1", "do i have to pay")
			}
			r.settled()
			for i := range 20 {
				if n := len(r.Posted(fmt.Sprintf("C%d", i+1))); n != 1 {
					t.Errorf("mention %d got %d answers", i, n)
				}
			}
		})
	}
}

// What waits for an answer gets it in the order of being written, however Slack
// brought it.
func TestTheOrderOfAConversation(t *testing.T) {
	r := start(t, real(), overHTTP)
	r.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: slacktest.Slow, Delay: 4 * time.Second})
	said := []string{"do i have to pay", "what do you say about blame", "are you staying in the nhs", "mission", "do i have to pay"}
	for i, text := range said {
		r.DirectMessage("U1", text)
		if i == 0 {
			r.until("the first one is being answered", func() bool { return r.channel.Pending() == 1 })
		}
	}
	r.settled()
	posted := r.Posted("DU1")
	if len(posted) != len(said) {
		t.Fatalf("%d answers to %d questions", len(posted), len(said))
	}
	for i, want := range []string{free, "no blame", "NHS", "mission", free} {
		if !strings.Contains(strings.ToLower(words(posted[i])), strings.ToLower(want)) {
			t.Errorf("answer %d, to %q, is %q", i, said[i], words(posted[i]))
		}
	}
}

func TestStoppingAnswersWhatWasTaken(t *testing.T) {
	r := start(t, real())
	r.mention("C0", "thanks")
	r.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: slacktest.Slow, Delay: 500 * time.Millisecond, Times: 10})
	for i := range 10 {
		r.Mention(fmt.Sprintf("C%d", i+1), "U1", "do i have to pay")
	}
	r.until("they are taken", func() bool { return r.channel.Pending() == 10 })
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if posted := len(r.Posted("")) - 1; posted != 10 || r.Unacked() != 0 {
		t.Errorf("%d of 10 are answered, %d not acknowledged", posted, r.Unacked())
	}
}

func TestOneMessageASecondInAChannel(t *testing.T) {
	r := start(t, real(), limited)
	r.LimitRates(true)
	for range 6 {
		r.Mention("C1", "U1", "do i have to pay")
	}
	r.until("all is answered", func() bool { return len(r.Posted("C1")) == 6 })
	if r.TooFast() > 0 {
		t.Errorf("%d calls were too fast", r.TooFast())
	}
}

func TestNothingPeopleWriteIsLogged(t *testing.T) {
	const mark = "zzmarkzz"
	r := start(t, real(), desk, expect(":"))
	r.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: slacktest.Refuse, Error: "internal_error"})
	r.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: slacktest.Reset})
	r.Inject(slacktest.Fault{Method: "response_url", Kind: slacktest.Reset})
	r.Inject(slacktest.Fault{Method: "response_url", Kind: slacktest.ServerError})
	r.Mention("C5544", "U5544", "is it free "+mark)
	r.DirectMessage("U5544", mark)
	r.Command("C5544", "U5544", mark)
	r.Interact(map[string]any{"type": "message_action", "user": map[string]any{"id": "U5544"}, "message": map[string]any{"text": mark}})
	r.PushRaw(`{"type":"events_api","envelope_id":"e1","payload":{"type":"event_callback","event":{"type":"message","text":["` + mark + `"]}}}`)
	r.PushRaw(`not even JSON ` + mark)
	r.until("all is answered", func() bool { return len(r.Posted("DU5544")) > 0 && len(r.Posted("C5544")) > 0 && r.Unacked() == 0 })
	r.stop()
	for _, secret := range []string{mark, "5544", "slacktestmarker", "/hook/"} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("%q stands in the log\n%s", secret, r.log)
		}
	}
}
