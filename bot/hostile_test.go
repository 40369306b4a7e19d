package bot_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/index"
)

// disguises write a question so that a person reads the same words and a program
// may not.
var disguises = map[string]func(string) string{
	"Cyrillic":               strings.NewReplacer("a", "а", "c", "с", "e", "е", "h", "һ", "i", "і", "o", "о", "p", "р", "s", "ѕ", "x", "х", "y", "у").Replace,
	"Greek capitals":         strings.NewReplacer("a", "Α", "e", "Ε", "h", "Η", "i", "Ι", "n", "Ν", "o", "Ο", "p", "Ρ", "t", "Τ", "y", "Υ").Replace,
	"full width":             moved(' '+1, '~', 0xfee0),
	"bold":                   moved('a', 'z', 0x1d41a-'a'),
	"white on black boxes":   moved('a', 'z', 0x1f170-'a'),
	"small capitals":         strings.NewReplacer("a", "ᴀ", "e", "ᴇ", "h", "ʜ", "i", "ɪ", "n", "ɴ", "o", "ᴏ", "p", "ᴘ", "r", "ʀ", "s", "ꜱ", "t", "ᴛ").Replace,
	"zero width":             between("\u200b"),
	"soft hyphens":           between("\u00ad"),
	"fillers":                between("\u3164"),
	"variation selectors":    between("\ufe0f\U000e0100"),
	"Zalgo":                  between("\u0336\u0489\u0310\u20dd\u1dc4\u0353\u033e"),
	"right to left":          func(q string) string { return "\u202b" + q + "\u202c" },
	"isolated":               func(q string) string { return "\u2067" + q + "\u2069" },
	"bytes that are no text": func(q string) string { return "\xff\xfe" + q + "\xc3" },
	"wide spaces":            strings.NewReplacer(" ", "\u3000").Replace,
	"emoji":                  func(q string) string { return strings.Repeat("🙏 ", 500) + q + strings.Repeat("😭", 500) },
	"capitals":               strings.ToUpper,
}

// moved shifts the letters from first to last to where Unicode has them again.
func moved(first, last, by rune) func(string) string {
	return func(q string) string {
		return strings.Map(func(r rune) rune {
			if r >= first && r <= last {
				return r + by
			}
			return r
		}, q)
	}
}

// between puts marks behind each letter.
func between(marks string) func(string) string {
	return func(q string) string {
		var b strings.Builder
		for _, r := range q {
			b.WriteString(string(r) + marks)
		}
		return b.String()
	}
}

func TestADisguisedQuestionGetsTheSameReply(t *testing.T) {
	b, c := real()
	for _, q := range []string{"is it free", "do i have to pay", "chest pain", "my dad has collapsed and is not breathing", "i want to kill myself"} {
		want := ask(t, b, q)
		for name, disguise := range disguises {
			r := ask(t, b, disguise(q))
			if r.Kind != want.Kind || r.ID != want.ID {
				t.Errorf("%q in %s got %s/%s, want %s/%s", q, name, r.Kind, r.ID, want.Kind, want.ID)
			}
			checkContract(t, c, disguise(q), r)
		}
	}
}

// work is what a question makes the index do: so many calls, and the most words in one.
type work struct{ corrected, found, completed, words int }

// A counting index counts its work.
type counting struct {
	*index.Index
	work
}

func (x *counting) Correct(terms []string) []string {
	x.corrected++
	return x.Index.Correct(terms)
}

func (x *counting) Find(ctx context.Context, terms []string, n int) ([]string, error) {
	x.found++
	x.words = max(x.words, len(terms))
	return x.Index.Find(ctx, terms, n)
}

func (x *counting) Complete(ctx context.Context, term string, n int) ([]string, error) {
	x.completed++
	return x.Index.Complete(ctx, term, n)
}

// The worst that a question can cost, in work: no question, however long or odd,
// has more parts searched, or more words looked at in one, than this.
func TestWhatAQuestionCanCost(t *testing.T) {
	_, c := real()
	x, err := index.New(c)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	counted := &counting{Index: x}
	b := bot.New(slog.New(slog.DiscardHandler), c, counted)
	for _, q := range []string{
		strings.Repeat("a ", 5<<20), strings.Repeat("a", 10<<20), strings.Repeat("do i pay? ", 1<<20), strings.Repeat("ﷺ ", 1<<20),
		strings.Repeat("collapzed presscription. ", 10_000), strings.Repeat("🙂 and ", 100_000), strings.Repeat("\xff. \xff", 1<<20), strings.Repeat("é\u0301\u0301", 1<<20),
	} {
		counted.work = work{}
		if r := ask(t, b, q); r.Text == "" {
			t.Errorf("%.40q has no reply", q)
		}
		if w := counted.work; w.corrected > 13 || w.found > 13 || w.completed > 0 || w.words > 160 { // the message and 12 parts
			t.Errorf("%.40q cost %+v", q, w)
		}
		counted.work = work{}
		if _, err := b.Search(context.Background(), q, 6); err != nil {
			t.Errorf("%.40q: %v", q, err)
		}
		if w := counted.work; w.corrected > 1 || w.found > 21 || w.completed > 1 || w.words > 160 { // as typed, and 20 ways to go on
			t.Errorf("%.40q, half typed, cost %+v", q, w)
		}
	}
}
