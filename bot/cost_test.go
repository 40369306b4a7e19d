package bot_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"
	"unicode/utf8"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
	"github.com/frontdesk-care/frontdesk/index"
)

// Whatever is typed: the contract holds, every word said stands in the corpus.
func FuzzAsk(f *testing.F) {
	b, c := little(f)
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
		r, err := b.Ask(context.Background(), q)
		if errors.Is(err, context.DeadlineExceeded) {
			t.Skip("this machine is too busy to answer within a second")
		}
		if err != nil {
			t.Fatal(err)
		}
		checkContract(t, c, q, r)
		for _, w := range words(r.Text) {
			if !allowed[w] {
				t.Fatalf("%q: the reply says %q, which no document does", q, w)
			}
		}
		if _, err := b.Explain(context.Background(), q); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if listed, err := b.Search(context.Background(), q, 6); len(listed) > 6 || err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("%q lists %v, %v", q, listed, err)
		}
		if out, err := json.Marshal(r); err != nil || !utf8.Valid(out) {
			t.Fatalf("%q: %s, %v", q, out, err)
		}
	})
}

// little is a bot over a few entries of every kind: fuzzing starts at once, and tries
// three times as many questions in the same time.
func little(tb testing.TB) (*bot.Bot, *corpus.Corpus) {
	tb.Helper()
	files := fstest.MapFS{}
	for _, file := range []string{"mission.md", "staff.md", "smalltalk.md"} {
		src, err := fs.ReadFile(corpus.Embedded(), file)
		if err != nil {
			tb.Fatal(err)
		}
		files[file] = &fstest.MapFile{Data: src}
	}
	files["urgent.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Now\nkind: urgent\n---\n## Call 999 {#urgent-999}\n\nCall 999 now.\n\n- my dad has collapsed and is not breathing\n- he collapsed\n- not breathing\n- chest pain\n")}
	files["unknown.md"] = &fstest.MapFile{Data: []byte("---\ntitle: No\nkind: unknown\nphrases:\n  clarify: Is it one of these?\n---\n## No {#unknown}\n\nSorry.\n\n- who won the match\n- will it rain\n")}
	c, err := corpus.Load(files)
	if err != nil {
		tb.Fatal(err)
	}
	x, err := index.New(c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { x.Close() })
	return bot.New(slog.New(slog.DiscardHandler), c, x), c
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
