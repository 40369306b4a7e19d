package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
	"github.com/frontdesk-care/frontdesk/index"
)

// real is a bot over the embedded corpus, made once: it takes a while.
var real = sync.OnceValues(func() (*bot.Bot, *corpus.Corpus) {
	c, err := corpus.Load(corpus.Embedded())
	if err != nil {
		panic(err)
	}
	x, err := index.New(c)
	if err != nil {
		panic(err)
	}
	return bot.New(slog.New(slog.DiscardHandler), c, x), c
})

func ask(t testing.TB, b *bot.Bot, question string) bot.Reply {
	t.Helper()
	r, err := b.Ask(context.Background(), question)
	if err != nil {
		t.Fatalf("%.80q: %v", question, err)
	}
	return r
}

func TestQuestions(t *testing.T) {
	b, _ := real()
	archive, err := txtar.ParseFile("testdata/questions.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range archive.Files {
		kind, id, _ := strings.Cut(section.Name, "/")
		for _, q := range strings.Split(strings.TrimSpace(string(section.Data)), "\n") {
			if r := ask(t, b, q); string(r.Kind) != kind || id != "" && r.ID != id {
				t.Errorf("%q got %s/%s (%.2f), want %s", q, r.Kind, r.ID, r.Confidence, section.Name)
			}
		}
	}
}

// Golden replies: each section of testdata/replies.txtar is a question and the
// whole text of its reply.
func TestReplies(t *testing.T) {
	b, _ := real()
	const file = "testdata/replies.txtar"
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, section := range archive.Files {
		got := ask(t, b, section.Name).Text + "\n"
		if os.Getenv("UPDATE_GOLDEN") != "" {
			archive.Files[i].Data = []byte(got)
		} else if got != string(section.Data) {
			t.Errorf("%s: got\n%s\nwant\n%s", section.Name, got, section.Data)
		}
	}
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTwoQuestionsGetBothAnswers(t *testing.T) {
	b, _ := real()
	for question, want := range map[string][]string{
		"do i have to pay? and are you part of the nhs?":                    {"values-free", "values-nhs"},
		"What is your mission? Who wrote it?":                               {"mission", "origin"},
		"do you treat patients with respect, and how do I make a complaint": {"vision-respect", "signpost-complaint"},
	} {
		r := ask(t, b, question)
		var got []string
		for _, p := range r.Passages {
			got = append(got, p.ID)
		}
		for _, id := range want {
			if !slices.Contains(got, id) {
				t.Errorf("%q shows %v, want %s among them", question, got, id)
			}
		}
	}
}

// Every reply keeps the contract that tools are built on.
func checkContract(t testing.TB, c *corpus.Corpus, question string, r bot.Reply) {
	t.Helper()
	e := c.Entry(r.ID)
	if e == nil {
		t.Fatalf("%.80q: no entry %q", question, r.ID)
	}
	if r.Title != e.Title || r.Question != question || r.Text == "" || !(r.Confidence >= 0 && r.Confidence <= 1) {
		t.Errorf("%.80q: title %q, question %.80q, confidence %f, text %q", question, r.Title, r.Question, r.Confidence, r.Text)
	}
	if r.Passages == nil || r.Suggestions == nil || (r.Kind == bot.Clarify) != (len(r.Passages) == 0) {
		t.Errorf("%.80q: %s with %d passages, %v suggestions", question, r.Kind, len(r.Passages), r.Suggestions)
	}
	if len(r.Suggestions) > 3 || r.Kind == bot.Clarify && len(r.Suggestions) == 0 {
		t.Errorf("%.80q: %s with %d suggestions", question, r.Kind, len(r.Suggestions))
	}
	for _, p := range r.Passages {
		e := c.Entry(p.ID)
		words := e.Quote
		if words == "" {
			words = e.Note
		}
		if p.Text != words || p.Document != e.Document.Title || p.Source != e.Document.Source {
			t.Errorf("%.80q: the passage %s is not what the corpus says: %q", question, p.ID, p.Text)
		}
	}
}

func TestEveryEntryKeepsTheContract(t *testing.T) {
	b, c := real()
	for _, e := range c.Entries() {
		r, ok := b.Entry(e.ID)
		if e.ID == corpus.NotUrgentID {
			if ok {
				t.Error("the entry of what is not urgent has a reply")
			}
			continue
		}
		if !ok {
			t.Errorf("%s has no reply", e.ID)
			continue
		}
		checkContract(t, c, "", r)
	}
	if _, ok := b.Entry("nosuch"); ok {
		t.Error("an entry that does not exist has a reply")
	}
	for _, name := range []string{"about", "mission", "vision", "values", "constitution", "free", "urgent", "help", "privacy", "start"} {
		if r, ok := b.Command(name); !ok || r.Text == "" {
			t.Errorf("no reply to the command /%s", name)
		}
	}
	if r := b.Reserved(corpus.SlowDownID); r.ID != corpus.SlowDownID {
		t.Errorf("slow-down gives %s", r.ID)
	}
}

func TestOverviewHasItsStatementsAsPassages(t *testing.T) {
	b, c := real()
	for _, id := range []string{"about", "vision", "values"} {
		r, _ := b.Entry(id)
		var got []string
		for _, p := range r.Passages {
			got = append(got, p.ID)
			if !strings.Contains(r.Text, p.Text) {
				t.Errorf("the text of %s leaves out %q", id, p.Text)
			}
		}
		if !slices.Equal(got, c.Entry(id).Shows) {
			t.Errorf("%s shows %v, want %v", id, got, c.Entry(id).Shows)
		}
	}
}

func TestJSONNeverHasNull(t *testing.T) {
	b, _ := real()
	for _, q := range []string{"", "do i pay", "help", "asdf", "what is it like"} {
		out, err := json.Marshal(ask(t, b, q))
		if err != nil || bytes.Contains(out, []byte("null")) {
			t.Errorf("%q: %s, %v", q, out, err)
		}
	}
}

func TestSameQuestionSameReply(t *testing.T) {
	b, _ := real()
	want := ask(t, b, "tell me about your values and if you are free")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if got := ask(t, b, want.Question); got.Text != want.Text || got.Confidence != want.Confidence {
					t.Errorf("got %q, then %q", want.Text, got.Text)
				}
			}
		})
	}
	wg.Wait()
}

func TestExplainAgreesWithAsk(t *testing.T) {
	b, _ := real()
	for _, q := range []string{"do i have to pay", "my chest hurts and i cant breathe", "what is the capital of peru", "thanks", ""} {
		x, err := b.Explain(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if r := ask(t, b, q); r.Text != x.Reply.Text || x.Why == "" || len(x.Parts) == 0 || x.Decide >= len(x.Parts) {
			t.Errorf("%q: explained %q because %q, answered %q", q, x.Reply.Text, x.Why, r.Text)
		}
	}
}

// broken is an index that fails.
type broken struct{ *index.Index }

func (broken) Find(context.Context, []string, int) ([]string, error) {
	return nil, errors.New("disk on fire")
}

func TestBrokenIndexStillRaisesTheAlarm(t *testing.T) {
	_, c := real()
	x, err := index.New(c)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	b := bot.New(slog.New(slog.DiscardHandler), c, broken{x})
	if r := ask(t, b, "my husband has collapsed and is not breathing"); r.Kind != bot.Urgent {
		t.Errorf("got %s", r.Kind)
	}
	r, err := b.Ask(context.Background(), "do i have to pay")
	if err == nil || !strings.Contains(err.Error(), "disk on fire") || strings.Contains(err.Error(), "pay") {
		t.Errorf("the error must say the cause and not the question: %v", err)
	}
	if r.Kind != bot.Unknown || r.Text == "" {
		t.Errorf("got %s %q", r.Kind, r.Text)
	}
}

// A corpus stands by itself: the smallest one works, and says nothing of its own.
func TestSmallestCorpus(t *testing.T) {
	c, err := corpus.Load(fstest.MapFS{
		"a.md": {Data: []byte("---\ntitle: A\nkind: statement\n---\n\n## Fees {#fees}\n\n> None\n\n- what does it cost\n- is there a fee\n")},
		"b.md": {Data: []byte("---\ntitle: B\nkind: unknown\n---\n\n## No {#none}\n\nNo.\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	x, err := index.New(c)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	b := bot.New(slog.New(slog.DiscardHandler), c, x)
	if r := ask(t, b, "what does it cost"); r.ID != "fees" || r.Text != "Fees\n\n“None”\n\nA" {
		t.Errorf("got %s %q", r.ID, r.Text)
	}
	if r := ask(t, b, "zebra crossing"); r.ID != "none" || r.Text != "No." {
		t.Errorf("got %s %q", r.ID, r.Text)
	}
	if r := b.Reserved(corpus.GreetingID); r.ID != "none" {
		t.Errorf("got %s", r.ID)
	}
}
