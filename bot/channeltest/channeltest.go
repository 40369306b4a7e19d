// Package channeltest is the contract that every channel passes: what a person
// gets on Telegram, Slack, the desk and the terminal is the same. It knows no
// channel; each one's tests bring a [Start] that connects a person to it. Start
// reading at [Run].
package channeltest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
	"github.com/frontdesk-care/frontdesk/index"
)

// Said is one message of the bot's.
type Said struct {
	Text   string   // as a person reads it, without formatting
	Labels []string // of its buttons
}

// Start runs a channel that answers from a bot and writes to a log, until the test
// ends. The say that it returns sends the texts as one person does, quickly one
// after the other, and returns all that the bot says to them, in its order.
type Start func(t *testing.T, log *slog.Logger, b *bot.Bot) (say func(texts ...string) []Said)

// Run holds a channel to the contract.
func Run(t *testing.T, start Start) {
	r := newRun(t, start)
	for _, rule := range []struct {
		name  string
		check func(*testing.T, *run)
	}{
		{"statements are quoted with their source", quotes},
		{"an emergency comes first and alone", emergencies},
		{"signposts, small talk and the honest no are said in full", inFull},
		{"an unclear question gets choices", choices},
		{"commands work", commands},
		{"answers keep the order of the questions", order},
		{"every word stands in the corpus", verbatim},
		{"odd input gets an answer", odd},
		{"a failing index gets the honest no", failing},
	} {
		t.Run(rule.name, func(t *testing.T) {
			r.say = start(t, r.logger, r.b)
			rule.check(t, r)
			if strings.Contains(r.log.String(), mark) {
				t.Error("what a person wrote stands in the log")
			}
		})
	}
}

// run is one channel under test.
type run struct {
	start  Start
	c      *corpus.Corpus
	x      *index.Index
	b      *bot.Bot
	say    func(texts ...string) []Said // on a channel started for one rule
	log    *Log
	logger *slog.Logger
}

// mark is put into questions; it must turn up in no log.
const mark = "qqzmarkzqq"

func newRun(t *testing.T, start Start) *run {
	t.Helper()
	log := &Log{}
	b, x := NewBot(t, log.Logger(), corpus.Embedded())
	return &run{start: start, c: b.Corpus(), x: x, b: b, log: log, logger: log.Logger()}
}

// ask is what the bot itself replies.
func (r *run) ask(question string) bot.Reply {
	reply, _ := r.b.Ask(context.Background(), question)
	return reply
}

// together is everything said, as one text.
func together(all []Said) string {
	var b strings.Builder
	for _, s := range all {
		b.WriteString(s.Text + "\n")
	}
	return b.String()
}

func contains(t *testing.T, question, text, part string) {
	t.Helper()
	if !strings.Contains(flat(text), flat(part)) {
		t.Errorf("%q: %q is missing in\n%s", question, part, text)
	}
}

// flat leaves line breaks out: channels wrap lines as they need.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

func quotes(t *testing.T, r *run) {
	for _, question := range []string{"do i have to pay?", "what do you say about blame", "what is in your constitution", "are you staying in the nhs"} {
		reply := r.ask(question)
		if reply.Kind != bot.Answer {
			t.Fatalf("%q is no longer answered; choose another question", question)
		}
		said := together(r.say(question))
		for _, p := range reply.Passages {
			contains(t, question, said, p.Text)
			contains(t, question, said, p.Note)
			contains(t, question, said, p.Document)
		}
		contains(t, question, said, reply.Title)
	}
}

func emergencies(t *testing.T, r *run) {
	for _, question := range []string{"my dad has collapsed and is not breathing", "what are your values? also i have crushing chest pain", "i want to die"} {
		reply := r.ask(question)
		if reply.Kind != bot.Urgent {
			t.Fatalf("%q is no emergency any more; choose another question", question)
		}
		all := r.say(question)
		if len(all) == 0 || !strings.HasPrefix(flat(all[0].Text), flat(reply.Passages[0].Text)) {
			t.Errorf("%q: the emergency reply is not what comes first: %+v", question, all)
		}
		for _, s := range all {
			if len(s.Labels) > 0 {
				t.Errorf("%q: an emergency reply has the buttons %q", question, s.Labels)
			}
		}
	}
}

func inFull(t *testing.T, r *run) {
	for _, question := range []string{"how do i book an appointment", "thanks a lot", "who won the match last night " + mark, "where is the pharmacy"} {
		reply := r.ask(question)
		said := together(r.say(question))
		for _, p := range reply.Passages {
			contains(t, question, said, p.Text)
		}
	}
}

func choices(t *testing.T, r *run) {
	question := "are they decent bosses"
	reply := r.ask(question)
	if reply.Kind != bot.Clarify {
		t.Fatalf("%q is no longer unclear; choose another question", question)
	}
	all := r.say(question)
	said := together(all)
	contains(t, question, said, r.c.Phrases.Clarify)
	for _, s := range reply.Suggestions {
		if !strings.Contains(flat(said), s.Title) && !slices.ContainsFunc(all, func(s2 Said) bool { return slices.Contains(s2.Labels, s.Title) }) {
			t.Errorf("%q: the choice %q is not offered", question, s.Title)
		}
	}
}

func commands(t *testing.T, r *run) {
	for _, command := range []string{"mission", "free", "help", "privacy"} {
		reply, ok := r.b.Command(command)
		if !ok {
			t.Fatalf("the corpus has no command %s", command)
		}
		contains(t, "/"+command, together(r.say("/"+command)), reply.Passages[0].Text)
	}
}

func order(t *testing.T, r *run) {
	var texts, wanted []string
	for _, id := range []string{"values-free", "values-openness", "mission", "values-nhs", "constitution", "values-finance", "origin", "vision-voice"} {
		e := r.c.Entry(id)
		texts = append(texts, e.Title)
		wanted = append(wanted, e.Quote)
	}
	rest := flat(together(r.say(texts...)))
	for i, w := range wanted {
		_, after, ok := strings.Cut(rest, flat(w))
		if !ok {
			t.Fatalf("the answer to question %d, %q, is missing or out of order", i, texts[i])
		}
		rest = after
	}
}

func verbatim(t *testing.T, r *run) {
	known := map[string]bool{}
	learn := func(texts ...string) {
		for _, text := range texts {
			for _, w := range words(text) {
				known[w] = true
			}
		}
	}
	p := r.c.Phrases
	learn(p.Clarify, p.Note, p.Suggestions, p.Source, p.About, p.Type, p.Gone, p.Thanks)
	for _, e := range r.c.Entries() {
		learn(e.Title, e.Quote, e.Note, e.Document.Title, e.Document.Source)
	}
	for _, question := range []string{"what are your values", "do i have to pay and will you blame me", "tell me about the group", "can i get a sick note", "capital of peru", "hello", "nhs"} {
		for _, w := range words(together(r.say(question))) {
			if !known[w] {
				t.Errorf("%q: the word %q stands nowhere in the corpus", question, w)
			}
		}
	}
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func odd(t *testing.T, r *run) {
	for name, question := range map[string]string{
		"markup":        "<b>do i have to pay</b> & </blockquote> *bold* _it_ `code` [x](y) " + mark,
		"long":          strings.Repeat("do i have to pay "+mark+" ", 200),
		"other scripts": "আমাকে কি টাকা দিতে হবে؟ هل يجب أن أدفع 需要付钱吗 " + mark,
		"invisible":     "do i \u200bhave\u200d to\u202e pay\u2066 " + mark,
		"emoji":         "💷❓🙏",
		"one letter":    "a",
	} {
		said := together(r.say(question))
		if strings.TrimSpace(said) == "" {
			t.Errorf("%s: no answer", name)
		}
		if strings.Contains(said, mark) {
			t.Errorf("%s: the bot repeats what a person wrote: %s", name, said)
		}
	}
}

func failing(t *testing.T, r *run) {
	broken := r.start(t, r.logger, bot.New(r.logger, r.c, brokenIndex{r.x}))
	said := together(broken("do i have to pay " + mark))
	contains(t, "with a broken index", said, r.c.Reserved(corpus.UnknownID).Note)
	if !strings.Contains(r.log.String(), errBroken.Error()) {
		t.Error("the log does not say why")
	}
}

// brokenIndex fails to find anything.
type brokenIndex struct{ *index.Index }

var errBroken = errors.New("the disk is on fire")

func (brokenIndex) Find(context.Context, []string, int) ([]string, error) {
	return nil, fmt.Errorf("searching: %w", errBroken)
}
