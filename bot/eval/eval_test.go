package eval_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/eval"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// scripted answers each question with the reply written for it.
type scripted map[string]bot.Reply

func (s scripted) Ask(_ context.Context, q string) (bot.Reply, error) {
	r, ok := s[q]
	if !ok {
		return bot.Reply{}, errors.New("no reply")
	}
	return r, nil
}

func smallCorpus(t *testing.T) *corpus.Corpus {
	t.Helper()
	c, err := corpus.Load(fstest.MapFS{
		"a.md": {Data: []byte("---\ntitle: Our Fees\nkind: statement\n---\n\n## Fees {#fees}\n\n> None at all\n\nFree.\n\n- fee\n\n## Kind {#kind}\n\n> We are kind\n\n- kind\n")},
		"b.md": {Data: []byte("---\ntitle: B\nkind: unknown\n---\n\n## No {#unknown}\n\nSorry.\n\n- weather\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMeasures(t *testing.T) {
	fees := bot.Reply{Kind: bot.Answer, ID: "fees", Confidence: 0.9, Text: "Fees None at all",
		Passages: []bot.Passage{{ID: "fees", Text: "None at all", Note: "Free."}}}
	offered := bot.Reply{Kind: bot.Clarify, ID: "kind", Suggestions: []bot.Suggestion{{ID: "kind"}, {ID: "fees"}}}
	no := bot.Reply{Kind: bot.Unknown, ID: "unknown", Confidence: 0.6, Text: "Sorry."}
	invented := bot.Reply{Kind: bot.Answer, ID: "kind", Confidence: 0.6, Text: "We are gracious", Passages: []bot.Passage{{ID: "kind", Text: "We are gracious"}}}
	alarm := bot.Reply{Kind: bot.Urgent, ID: "urgent-x", Confidence: 0.99, Text: "Sorry"}
	desk := scripted{"fee": fees, "cost": offered, "price": no, "bill": invented, "weather": no, "news": fees, "help": alarm, "ache": no, "killing me": alarm, "heart of it": fees, "book": no, "hi": no}
	qs := []eval.Labelled{
		{Q: "fee", Kind: "answer", IDs: []string{"fees"}}, {Q: "cost", Kind: "answer", IDs: []string{"fees"}},
		{Q: "price", Kind: "answer", IDs: []string{"fees"}}, {Q: "bill", Kind: "answer", IDs: []string{"fees"}},
		{Q: "weather", Kind: "unknown"}, {Q: "news", Kind: "unknown"},
		{Q: "help", Kind: "urgent"}, {Q: "ache", Kind: "urgent"},
		{Q: "killing me", Kind: "not-urgent"}, {Q: "heart of it", Kind: "not-urgent", IDs: []string{"fees"}},
		{Q: "book", Kind: "signpost"}, {Q: "hi", Kind: "smalltalk"},
	}
	asked := 0
	r, err := eval.Run(context.Background(), desk, smallCorpus(t), qs, func(done int) { asked = done })
	if err != nil {
		t.Fatal(err)
	}
	if asked != len(qs) || r.Questions != len(qs) {
		t.Errorf("progress said %d, report says %d, asked %d", asked, r.Questions, len(qs))
	}
	want := map[string][2]int{
		"answer: an accepted entry first":                     {1, 4},
		"answer: an accepted entry among the first three":     {2, 4},
		"answer: not answered with a wrong entry":             {3, 4},
		"unknown: not answered, not signposted":               {1, 2},
		"signpost: signposted":                                {0, 1},
		"signpost: not answered as a statement":               {1, 1},
		"smalltalk: recognised":                               {0, 1},
		"urgent: recognised":                                  {1, 2},
		"everything else: no false alarm":                     {9, 10},
		"not-urgent with a question: an accepted entry first": {1, 1},
		"every passage byte for byte in the corpus":           {3, 4},
		"every word of every text in the corpus":              {11, 12},
	}
	for _, m := range r.Measures {
		if got := [2]int{m.Right, m.Of}; got != want[m.Name] {
			t.Errorf("%s: got %v, want %v", m.Name, got, want[m.Name])
		}
		delete(want, m.Name)
	}
	if len(want) > 0 {
		t.Errorf("not measured: %v", want)
	}
	if len(r.Misses) != 8 {
		t.Errorf("%d misses: %v", len(r.Misses), r.Misses)
	}
	for _, bin := range r.Calibration {
		if bin.From == 0.85 && (bin.Of != 3 || bin.Right != 2) {
			t.Errorf("confidence 0.85 to 0.95: %+v, want 2 of 3 right", bin)
		}
	}
}

func TestRunStopsAtAnError(t *testing.T) {
	_, err := eval.Run(context.Background(), scripted{}, smallCorpus(t), []eval.Labelled{{Q: "secret", Kind: "answer"}}, nil)
	if err == nil || !strings.Contains(err.Error(), "question 1") || strings.Contains(err.Error(), "secret") {
		t.Errorf("the error must name the question's number, not its words: %v", err)
	}
}

func TestRead(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "no questions in it",
		"\n\n":                                 "no questions in it",
		"{\"q\":\"a\",\"kind\":\"answer\"}\nx": "line 2: not a JSON object",
		`{"q":"a","kind":"guess"}`:             `line 1: unknown kind "guess"`,
	} {
		if _, err := eval.Read(strings.NewReader(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", in, err, want)
		}
	}
	qs, err := eval.Read(strings.NewReader(`{"q":"a","kind":"not-urgent","ids":["x"]}` + "\n"))
	if err != nil || len(qs) != 1 || qs[0].IDs[0] != "x" {
		t.Errorf("got %v, %v", qs, err)
	}
}
