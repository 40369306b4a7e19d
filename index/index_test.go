package index_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/frontdesk-care/frontdesk/corpus"
	"github.com/frontdesk-care/frontdesk/index"
)

func open(t testing.TB, c *corpus.Corpus) *index.Index {
	t.Helper()
	x, err := index.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

func embedded(t testing.TB) *corpus.Corpus {
	t.Helper()
	c, err := corpus.Load(corpus.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTerms(t *testing.T) {
	x := open(t, embedded(t))
	for _, tc := range []struct{ text, want, why string }{
		{"Do I have to PAY?", "do i have to pay ?", "small letters; a question mark is a word"},
		{"don't dont don’t", "dont dont dont", "apostrophes of every shape go"},
		{"appointments appointment", "appoint appoint", "endings go"},
		{"who, what, not, no", "who what not no", "stop words stay"},
		{"frее", "free", "Cyrillic letters that look Latin"},
		{"f\u200br\u00adee", "free", "zero-width characters"},
		{"ﬀ ＦＲＥＥ café", "ff free cafe", "ligatures, wide letters, accents"},
		{"heeeelp", "heelp", "letters held down"},
		{"", "", "nothing"},
		{"🙂 … !!", "", "signs only"},
		{"???", "", "a question mark alone asks nothing"},
		{"বাংলা", "বাংলা", "other scripts stay words"},
		{"\xff\xfe", "", "bytes that are no text"},
	} {
		if got := strings.Join(x.Terms(tc.text), " "); got != tc.want {
			t.Errorf("%s: Terms(%q) = %q, want %q", tc.why, tc.text, got, tc.want)
		}
	}
}

func TestTermsAreBounded(t *testing.T) {
	x := open(t, embedded(t))
	long := "first " + strings.Repeat("middle ", 1_000_000) + "last"
	terms := x.Terms(long)
	if len(terms) > 200 {
		t.Errorf("%d terms of a long message", len(terms))
	}
	if !slices.Contains(terms, "first") || !slices.Contains(terms, "last") {
		t.Error("the first and the last words of a long message must count")
	}
	if terms := x.Terms(strings.Repeat("a", 10_000) + strings.Repeat("ab", 10_000)); len(terms[0]) > 100 {
		t.Errorf("a word of %d bytes", len(terms[0]))
	}
}

func TestFind(t *testing.T) {
	x := open(t, embedded(t))
	for question, want := range map[string]string{
		"do i have to pay":               "values-free",
		"what do you say about blame":    "values-openness",
		"chest pain and my arm is numb":  "urgent-cardiac",
		"how do i book an appointment":   "signpost-appointments",
		"where does the surplus go":      "values-finance",
		"who wrote your mission":         "origin",
		"do you do anything about blame": "values-openness",
	} {
		ids, err := x.Find(context.Background(), x.Terms(question), 10)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(ids, want) {
			t.Errorf("%q found %v, want %s among them", question, ids, want)
		}
	}
}

func TestComplete(t *testing.T) {
	x := open(t, embedded(t))
	for _, test := range []struct {
		term string
		n    int
		want string // one of the completions; empty for none at all
	}{{"blam", 5, "blame"}, {"constit", 1, "constitut"}, {"xyzzy", 5, ""}, {"", 5, ""}, {"blam", 0, ""}} {
		got, err := x.Complete(context.Background(), test.term, test.n)
		if err != nil || len(got) > test.n || test.want == "" && len(got) > 0 || test.want != "" && !slices.Contains(got, test.want) {
			t.Errorf("%q: %v, %v, want %q", test.term, got, err, test.want)
		}
	}
}

func TestFindNothing(t *testing.T) {
	x := open(t, embedded(t))
	for _, terms := range [][]string{nil, {"xyzzy"}, {"?"}, {""}} {
		if ids, err := x.Find(context.Background(), terms, 10); err != nil || len(ids) > 10 {
			t.Errorf("%q: %v, %v", terms, ids, err)
		}
	}
	if ids, err := x.Find(context.Background(), []string{"pay"}, 0); err != nil || len(ids) != 0 {
		t.Errorf("asked for none: %v, %v", ids, err)
	}
}

func TestCorrect(t *testing.T) {
	x := open(t, embedded(t))
	for typed, want := range map[string]string{
		"presription":   "prescript", // a letter short
		"chst":          "chest",     // a vowel left out beats "cost" and "chat", which are commoner
		"brth":          "birth",
		"collasped":     "collaps",   // two letters changed places
		"bleeeding":     "bleed",     // a letter held down
		"stroqe":        "stroke",    // a wrong letter
		"preshcription": "prescript", // a letter too many
		"hcest":         "hcest",     // the first letter must be right
		"pay":           "pay",       // known words stay
		"xqzvw":         "xqzvw",     // nothing is near
		"qxz":           "qxz",       // too short to say
		"vaccinattion":  "vaccin",
	} {
		got := x.Correct(x.Terms(typed))
		if len(got) != 1 || !strings.HasPrefix(got[0], want[:min(4, len(want))]) {
			t.Errorf("%s was read as %v, want %s", typed, got, want)
		}
	}
	terms := []string{"aqqqq", "bqqqq", "cqqqq", "dqqqq", "eqqqq"}
	if got := x.Correct(terms); len(got) != len(terms) {
		t.Errorf("got %v: the number of terms must stay", got)
	}
}

func TestClosedIndexSaysSo(t *testing.T) {
	x, err := index.New(embedded(t))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if _, err := x.Find(context.Background(), []string{"pay"}, 3); err != nil {
					return
				}
			}
		})
	}
	if err := errors.Join(x.Close(), x.Close()); err != nil {
		t.Error("closing twice:", err)
	}
	wg.Wait()
	if _, err := x.Find(context.Background(), []string{"pay"}, 3); err == nil {
		t.Error("a closed index answered")
	}
}

func TestEndedContext(t *testing.T) {
	x := open(t, embedded(t))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := x.Find(ctx, []string{"pay"}, 3); err == nil {
		t.Error("searched after the context had ended")
	}
}

// The brief asks that 50,000 ways of asking over 500 entries load.
func TestLargeCorpus(t *testing.T) {
	var doc strings.Builder
	doc.WriteString("---\ntitle: Large\nkind: statement\n---\n")
	for e := range 500 {
		fmt.Fprintf(&doc, "\n## Entry %d {#entry-%d}\n\n> Words of entry %d.\n\nNote.\n\n", e, e, e)
		for q := range 100 {
			fmt.Fprintf(&doc, "- what about topic%d and matter%d\n", e, q*500+e)
		}
	}
	no := "---\ntitle: No\nkind: unknown\n---\n\n## No {#unknown}\n\nSorry.\n\n- weather\n"
	c, err := corpus.Load(fstest.MapFS{"a.md": {Data: []byte(doc.String())}, "b.md": {Data: []byte(no)}})
	if err != nil {
		t.Fatal(err)
	}
	x := open(t, c)
	ids, err := x.Find(context.Background(), x.Terms("tell me about topic321"), 3)
	if err != nil || len(ids) == 0 || ids[0] != "entry-321" {
		t.Errorf("found %v, %v", ids, err)
	}
}

func BenchmarkFind(b *testing.B) {
	x := open(b, embedded(b))
	for b.Loop() {
		if _, err := x.Find(context.Background(), x.Terms("do i have to pay for an appointment"), 40); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	c := embedded(b)
	for b.Loop() {
		x, err := index.New(c)
		if err != nil {
			b.Fatal(err)
		}
		if err := errors.Join(x.Wait(b.Context()), x.Close()); err != nil {
			b.Fatal(err)
		}
	}
}
