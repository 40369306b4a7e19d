package telegram_test

import (
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

const (
	me     = "frontdesk_test_bot"
	person = 7
)

var (
	privately = telegramtest.Chat{ID: person, Type: "private"}
	group     = telegramtest.Chat{ID: -1001, Type: "supergroup"}
	topic     = telegramtest.Chat{ID: -1002, Type: "supergroup", Topic: 33}
)

// What a message gets: words that the reply holds, or silence.
func TestWhoIsAnswered(t *testing.T) {
	const (
		free    = "services that are free at the point of delivery"
		values  = "Our values"
		hello   = "Hello, and welcome"
		help    = "Ask me what the care group is for"
		type_   = "please type your question"
		silence = ""
	)
	text := func(s string) telegramtest.Incoming { return telegramtest.Incoming{From: person, Text: s} }
	with := func(m telegramtest.Incoming, fields map[string]any) telegramtest.Incoming {
		m.Fields = fields
		return m
	}
	for _, test := range []struct {
		name string
		chat telegramtest.Chat
		m    telegramtest.Incoming
		want string
	}{
		{"free text in a private chat", privately, text("do i have to pay"), free},
		{"a caption", privately, telegramtest.Incoming{From: person, Caption: "do i have to pay", Attachment: "photo"}, free},
		{"a command", privately, text("/values"), values},
		{"a command in capitals", privately, text("/VALUES"), values},
		{"a command with the bot's name", privately, text("/values@" + me), values},
		{"a command with words after it", privately, text("/values please"), values},
		{"a command nobody knows, and a question", privately, text("/ask do i have to pay"), free},
		{"a command nobody knows that is a question", privately, text("/free_of_charge"), free},
		{"the start", privately, text("/start"), hello},
		{"a link to an entry", privately, text("/start values-free"), free},
		{"a link to an entry that is gone", privately, text("/start values-gone"), hello},
		{"help", privately, text("/help"), help},
		{"a voice message", privately, telegramtest.Incoming{From: person, Attachment: "voice"}, type_},
		{"a photo", privately, telegramtest.Incoming{From: person, Attachment: "photo"}, type_},
		{"a sticker", privately, telegramtest.Incoming{From: person, Attachment: "sticker"}, type_},
		{"a location", privately, telegramtest.Incoming{From: person, Attachment: "location"}, type_},
		{"a contact", privately, telegramtest.Incoming{From: person, Attachment: "contact"}, type_},
		{"a service message", privately, with(telegramtest.Incoming{From: person}, map[string]any{"message_auto_delete_timer_changed": map[string]any{"message_auto_delete_time": 86400}}), silence},
		{"what the bot offered inline, sent on", privately, with(text("do i have to pay"), map[string]any{"via_bot": map[string]any{"id": 123456, "is_bot": true, "first_name": "x", "username": me}}), silence},
		{"another bot", privately, telegramtest.Incoming{From: 99, FromBot: true, Text: "do i have to pay"}, silence},

		{"people talking in a group", group, text("do i have to pay"), silence},
		{"a photo in a group", group, telegramtest.Incoming{From: person, Attachment: "photo"}, silence},
		{"a mention", group, text("@" + me + " do i have to pay?"), free},
		{"a mention at the end, in capitals", group, text("do i have to pay? @" + strings.ToUpper(me)), free},
		{"a mention behind emoji", group, text("👩🏽‍⚕️🙏 @" + me + " do i have to pay?"), free},
		{"a mention of somebody else", group, text("@somebody do i have to pay?"), silence},
		{"a mention by name", group, telegramtest.Incoming{From: person, Text: "Front Desk do i have to pay?", Fields: map[string]any{"entities": []any{
			map[string]any{"type": "text_mention", "offset": 0, "length": 10, "user": map[string]any{"id": 123456, "is_bot": true, "first_name": "x"}}}}}, free},
		{"a mention in a caption", group, telegramtest.Incoming{From: person, Caption: "@" + me + " do i have to pay?", Attachment: "photo"}, free},
		{"a known command in a group", group, text("/free"), free},
		{"an unknown command in a group", group, text("/weather"), silence},
		{"an unknown command for the bot", group, text("/ask@" + me + " do i have to pay"), free},
		{"another bot's command", group, text("/values@other_bot"), silence},
		{"another bot in a group", group, telegramtest.Incoming{From: 99, FromBot: true, Text: "@" + me + " do i have to pay"}, silence},
		{"an anonymous administrator", group, telegramtest.Incoming{From: 1087968824, FromBot: true, Text: "@" + me + " do i have to pay", Fields: map[string]any{
			"from":        map[string]any{"id": 1087968824, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot"},
			"sender_chat": map[string]any{"id": -1001, "type": "supergroup", "title": "g"}}}, free},
		{"a channel's post in its group", group, with(text("@"+me+" do i have to pay"), map[string]any{"is_automatic_forward": true}), silence},
		{"people talking in a topic that the bot opened", topic, with(text("do i have to pay"), map[string]any{"reply_to_message": map[string]any{
			"message_id": 33, "date": 1, "chat": map[string]any{"id": -1002, "type": "supergroup"}, "from": map[string]any{"id": 123456, "is_bot": true, "first_name": "x"},
			"forum_topic_created": map[string]any{"name": "Words", "icon_color": 1}}}), silence},
		{"a mention in a topic", topic, text("@" + me + " do i have to pay?"), free},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := start(t, real())
			r.until("the bot knows its name", func() bool { return len(r.Calls("getMyCommands")) > 0 })
			id := r.SayIn(test.chat, test.m)
			r.settled()
			sent := r.Sent(test.chat.ID)
			if test.want == silence {
				if len(sent) > 0 {
					t.Fatalf("got %q", sent[0].Text)
				}
				return
			}
			if len(sent) != 1 || !strings.Contains(sent[0].Text, test.want) {
				t.Fatalf("got %+v, want %q", sent, test.want)
			}
			inGroup := test.chat.Type != "private"
			if (sent[0].ReplyTo == id) != inGroup || sent[0].Topic != test.chat.Topic || !sent[0].PreviewOff {
				t.Errorf("replies to %d in topic %d with a preview off: %v", sent[0].ReplyTo, sent[0].Topic, sent[0].PreviewOff)
			}
		})
	}
}

func TestAReplyToTheBotIsAQuestion(t *testing.T) {
	r := start(t, real())
	r.SayIn(group, telegramtest.Incoming{From: person, Text: "/values@" + me})
	r.settled()
	first := r.Sent(group.ID)[0]
	r.SayIn(group, telegramtest.Incoming{From: person, Text: "do i have to pay", ReplyTo: first.ID})
	r.settled()
	sent := r.Sent(group.ID)
	if len(sent) != 2 || !strings.Contains(sent[1].Text, "free at the point") {
		t.Errorf("got %+v", sent)
	}
}

func TestAnEditedQuestionGetsItsReplyEdited(t *testing.T) {
	r := start(t, real(), expect("not modified"))
	id := r.Say(person, "do i have to pya for my eyes")
	r.settled()
	before := r.Sent(person)
	r.Edit(privately, id, "what do you say about blame")
	r.settled()
	after := r.Sent(person)
	if len(before) != 1 || len(after) != 1 || after[0].Edits != 1 || !strings.Contains(after[0].Text, "no blame culture") {
		t.Fatalf("got %+v", after)
	}
	r.Edit(privately, id, "what do you say about blame!") // gives the same reply, which Telegram takes for a mistake
	r.settled()
	if after := r.Sent(person); len(after) != 1 || after[0].Edits != 1 {
		t.Errorf("the same reply again: %+v", after)
	}

	t.Run("after a restart it is answered anew", func(t *testing.T) {
		r.stop()
		again := start(t, real(), on(r.Server), expect("not modified"))
		again.Edit(privately, id, "do i have to pay")
		again.settled()
		if sent := again.Sent(person); len(sent) != 2 || !strings.Contains(sent[1].Text, "free at the point") {
			t.Errorf("got %+v", sent)
		}
	})
}

// Nobody is told of an edit, so an emergency gets a message of its own.
func TestAnEditThatTurnsIntoAnEmergency(t *testing.T) {
	r := start(t, real())
	id := r.Say(person, "do i have to pay")
	r.settled()
	r.Edit(privately, id, "my dad has collapsed")
	r.settled()
	if sent := r.Sent(person); len(sent) != 2 || sent[0].Edits != 0 || !strings.HasPrefix(sent[1].Text, "Call 999") {
		t.Errorf("got %+v", sent)
	}
}

func TestAnAlbumIsAskedForOnce(t *testing.T) {
	r := start(t, real())
	for range 4 {
		r.SayIn(privately, telegramtest.Incoming{From: person, Attachment: "photo", Fields: map[string]any{"media_group_id": "12"}})
	}
	r.settled()
	if sent := r.Sent(person); len(sent) != 1 {
		t.Errorf("an album of four photos got %d replies", len(sent))
	}
}
