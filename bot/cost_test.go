package bot_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/index"
)

// Whatever is typed: the contract holds, every word said stands in the corpus.
func FuzzAsk(f *testing.F) {
	b, c := real()
	allowed := map[string]bool{}
	for _, e := range c.Entries() {
		for _, w := range words(e.Title + " " + e.Quote + " " + e.Note + " " + e.Document.Title + " " + e.Document.Source) {
			allowed[w] = true
		}
	}
	for _, w := range words(c.Phrases.Clarify + " " + c.Phrases.Note + " " + c.Phrases.Source + " " + c.Phrases.Suggestions) {
		allowed[w] = true
	}
	for _, q := range []string{"do i pay?", "hello", "\xff\x00", strings.Repeat("a ", 3000), "؟ دفع", "a, b. c; d! e? f", "???", "\u202efree\u200b", "ﷺ\u3164\U0001f172", strings.Repeat("xyzzyx ", 50), "NULL ' OR 1=1 --"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		r := ask(t, b, q)
		checkContract(t, c, q, r)
		for _, w := range words(r.Text) {
			if !allowed[w] {
				t.Fatalf("%q: the reply says %q, which no document does", q, w)
			}
		}
		if _, err := b.Explain(context.Background(), q); err != nil {
			t.Fatal(err)
		}
		if listed, err := b.Search(context.Background(), q, 6); err != nil || len(listed) > 6 {
			t.Fatalf("%q lists %v, %v", q, listed, err)
		}
		if out, err := json.Marshal(r); err != nil || !utf8.Valid(out) {
			t.Fatalf("%q: %s, %v", q, out, err)
		}
	})
}

func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

func BenchmarkAsk(b *testing.B) {
	desk, _ := real()
	questions := []string{"do i have to pay", "what do we say about blame", "are u nhs or privat", "thanks", "my dad has collapsed", "who won the match last night"}
	for i := 0; b.Loop(); i++ {
		ask(b, desk, questions[i%len(questions)])
	}
}

func BenchmarkAskLong(b *testing.B) {
	desk, _ := real()
	long := strings.Repeat("I was told by my neighbour, who is eighty, that one pays. Is it so? ", 100)
	for b.Loop() {
		ask(b, desk, long)
	}
}

func BenchmarkNew(b *testing.B) {
	_, c := real()
	x, err := index.New(c)
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	for b.Loop() {
		bot.New(slog.New(slog.DiscardHandler), c, x)
	}
}
