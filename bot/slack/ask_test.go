package slack_test

import (
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/slack/slacktest"
)

const (
	free    = "services that are free at the point of delivery"
	silence = ""
)

// What a message event gets: words that the reply holds, or silence.
func TestWhoIsAnswered(t *testing.T) {
	type fields = map[string]any
	mention := func(f fields) fields { // over that of an ordinary mention
		all := fields{"type": "app_mention", "user": "U1", "text": "<@ME> do i have to pay", "channel": "C1", "ts": "1700000000.000100", "event_ts": "1700000000.000100"}
		for k, v := range f {
			all[k] = v
		}
		return all
	}
	direct := func(f fields) fields {
		all := mention(fields{"type": "message", "channel_type": "im", "channel": "C1", "text": "do i have to pay"})
		for k, v := range f {
			all[k] = v
		}
		return all
	}
	for _, test := range []struct {
		name  string
		event fields
		want  string
	}{
		{"a mention", mention(nil), free},
		{"a mention alone", mention(fields{"text": "<@ME>"}), "Hello, and welcome"},
		{"a direct message", direct(nil), free},
		{"a direct message with a command's name", direct(fields{"text": "Privacy"}), "I keep nothing you type"},
		{"a file with words", direct(fields{"subtype": "file_share", "files": []any{fields{"id": "F1"}}}), free},
		{"a file without words", direct(fields{"subtype": "file_share", "text": "", "files": []any{fields{"id": "F1"}}}), "please type your question"},
		{"people talking in a channel", direct(fields{"channel_type": "channel"}), silence},
		{"the bot itself", direct(fields{"user": "ME"}), silence},
		{"another bot", direct(fields{"bot_id": "B9"}), silence},
		{"another bot's mention", mention(fields{"bot_id": "B9"}), silence},
		{"a bot's message", direct(fields{"subtype": "bot_message", "user": nil}), silence},
		{"Slackbot", direct(fields{"user": "USLACKBOT"}), silence},
		{"somebody joins", direct(fields{"subtype": "channel_join"}), silence},
		{"an edit", direct(fields{"subtype": "message_changed", "hidden": true}), silence},
		{"a mention in an edited message", mention(fields{"edited": fields{"user": "U1", "ts": "2.0"}}), silence},
		{"a deletion", direct(fields{"subtype": "message_deleted", "hidden": true}), silence},
		{"a copy into the channel", direct(fields{"subtype": "thread_broadcast"}), silence},
		{"something hidden", direct(fields{"hidden": true}), silence},
		{"an event of another kind", fields{"type": "reaction_added", "user": "U1"}, silence},
		{"no channel", mention(fields{"channel": ""}), silence},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := start(t, real())
			r.expected = "thread" // the message that the thread begins with is not in the fake
			for k, v := range test.event {
				if s, ok := v.(string); ok {
					test.event[k] = strings.ReplaceAll(s, "ME", r.BotUserID)
				}
			}
			r.Event(test.event)
			r.until("it is acknowledged", func() bool { return r.Acked() == 1 })
			posted := r.Posted("C1")
			switch {
			case test.want == silence && len(posted) > 0:
				t.Errorf("got %q", posted[0].Text)
			case test.want != silence && (len(posted) != 1 || !strings.Contains(words(posted[0]), test.want) || !posted[0].UnfurlsOff):
				t.Errorf("got %+v, want %q", posted, test.want)
			}
		})
	}
}

func TestAMentionIsAnsweredInItsThread(t *testing.T) {
	r := start(t, real())
	ts := r.Mention("C1", "U1", "do i have to pay")
	r.settled()
	r.MentionIn("C1", ts, "U2", "and what about blame?")
	r.settled()
	posted := r.Posted("C1")
	if len(posted) != 2 || posted[0].ThreadTS != ts || posted[1].ThreadTS != ts {
		t.Errorf("got %+v", posted)
	}
	if direct := r.direct("U1", "do i have to pay"); len(direct) != 1 || direct[0].ThreadTS != "" {
		t.Errorf("a direct message got %+v", direct)
	}
}

func TestMarkupIsReadAsAPersonWould(t *testing.T) {
	r := start(t, real())
	for _, text := range []string{
		"do i *have* to _pay_?",
		"*do i have to pay*",
		"`do i have to pay`",
		"hi <@U123|ann> do i have to pay? :pray::skin-tone-3:",
		"<!here> do i have to pay &amp; how",
		"do i have to <https://example.org/x|pay>?",
		"do i have to pay in <#C123|general>?",
		"&gt; what do you say about blame\ndo i have to pay?",
		"&gt; do i have to pay?",
		"> do i have to pay?",
		"<!date^1392734382^{date}|today> do i have to pay",
		"*_~do i have to pay~_*",
	} {
		if posted := r.direct("U1", text); len(posted) != 1 || !strings.Contains(words(posted[0]), free) {
			t.Errorf("%q got %+v", text, posted)
		}
	}
}

func TestTheSlashCommand(t *testing.T) {
	r := start(t, real())
	for text, want := range map[string]string{
		"do i have to pay": free, "": "Hello, and welcome", "help": "Ask me what the care group is for",
		"*blame*": "no blame culture", "my dad has collapsed": "Call 999 now", "what are your values": "We have thirteen values",
	} {
		id := r.Command("C1", "U1", text)
		r.until("the command is answered", func() bool { return len(r.Responses(id)) > 0 && r.Unacked() == 0 })
		got := r.Responses(id)[0]
		if !strings.Contains(words(got), want) || got.Ephemeral != "U1" {
			t.Errorf("%q got %q for %q", text, words(got), got.Ephemeral)
		}
		if _, share := buttons(got.Blocks)["Share in channel"]; share != (text == "do i have to pay" || text == "*blame*" || text == "what are your values") {
			t.Errorf("%q can be shared: %v", text, share)
		}
	}
	if seen := append(public(r.Responses("U1")), r.Posted("C1")...); len(seen) > 0 {
		t.Errorf("everybody sees %+v", seen)
	}
}

// public are the messages that everybody sees.
func public(all []slacktest.Posted) []slacktest.Posted {
	var out []slacktest.Posted
	for _, p := range all {
		if p.Ephemeral == "" {
			out = append(out, p)
		}
	}
	return out
}

func TestButtons(t *testing.T) {
	r := start(t, real(), expect("trigger"))
	press := func(p slacktest.Posted, label string) {
		t.Helper()
		b, ok := buttons(p.Blocks)[label]
		if !ok {
			t.Fatalf("there is no button %q: %v", label, buttons(p.Blocks))
		}
		r.BlockAction(p, "U2", b[0], b[1])
		r.settled()
	}
	answer := r.mention("C1", "do i have to pay")[0]

	press(answer, "Careful with money")
	if posted := r.Posted("C1"); len(posted) != 2 || !strings.Contains(words(posted[1]), "Careful with money") || posted[1].ThreadTS != answer.ThreadTS {
		t.Errorf("a related entry: %+v", posted)
	}
	press(answer, "Helpful")
	press(answer, "Not helpful")
	if strings.Join(r.counts.judged, ", ") != "values-free true, values-free false" {
		t.Errorf("counted %v", r.counts.judged)
	}
	if thanks := r.Responses("U2"); len(thanks) != 2 || !strings.Contains(words(thanks[1]), "Thank you") || thanks[1].Ephemeral != "U2" {
		t.Errorf("the thanks are %+v", thanks)
	}
	press(answer, "Copy the words")
	if views := r.Views("U2"); len(views) != 1 || views[0]["_method"] != "views.open" {
		t.Errorf("the view to copy from: %+v", views)
	}
	r.BlockAction(answer, "U2", "open.0", "values-gone")
	r.settled()
	if got := r.Responses("U2"); !strings.Contains(words(got[len(got)-1]), "I no longer have that answer") {
		t.Errorf("an entry that is gone: %+v", got[len(got)-1])
	}

	t.Run("an overview is browsed", func(t *testing.T) {
		page := r.mention("C2", "what are your values")[0]
		press(page, "More (2 of 2)")
		posted := r.Posted("C2")
		all, _ := real().Entry("values")
		seen := words(page) + words(posted[0])
		for _, p := range all.Passages {
			if !strings.Contains(seen, p.Text) {
				t.Errorf("no page shows %q", p.Text)
			}
		}
		if len(posted) != 1 || posted[0].Edits != 1 {
			t.Errorf("after turning: %+v", posted)
		}
	})

	t.Run("a found answer is shared", func(t *testing.T) {
		id := r.Command("C3", "U2", "do i have to pay")
		r.until("the command is answered", func() bool { return len(r.Responses(id)) > 0 && r.Unacked() == 0 })
		press(r.Responses(id)[0], "Share in channel")
		posted := public(r.Responses("U2"))
		if len(posted) != 1 || !strings.Contains(words(posted[0]), free) || !strings.Contains(words(posted[0]), "Shared by <@U2>") {
			t.Errorf("everybody sees %+v", posted)
		}
	})
}
