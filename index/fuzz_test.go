package index_test

import (
	"context"
	"testing"
	"unicode/utf8"
)

// Whatever is typed, its terms are few, short and text, and a search takes them.
func FuzzTerms(f *testing.F) {
	x := open(f, embedded(f))
	for _, s := range []string{"do i have to pay?", "ﷺ\u3164\u115f", "\U0001f172\U0001f177", "z̷̧a̶l̵g̸o̷", "\xff\xfe'''", "ʼ’`'", "হাসপাতাল", "a\u202eb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		terms := x.Terms(text)
		if len(terms) > 160 {
			t.Errorf("%d terms", len(terms))
		}
		for _, term := range terms {
			if n := utf8.RuneCountInString(term); n == 0 || n > 40 || !utf8.ValidString(term) {
				t.Errorf("the term %q", term)
			}
		}
		fixed := x.Correct(terms)
		if len(fixed) != len(terms) {
			t.Errorf("%q was read as %q", terms, fixed)
		}
		if found, err := x.Find(context.Background(), fixed, 5); err != nil || len(found) > 5 {
			t.Errorf("found %v, %v", found, err)
		}
	})
}
