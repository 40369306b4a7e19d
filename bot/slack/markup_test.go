package slack

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"<@U1> do i *have* to pay :pray:":  "do i have to pay",
		"&gt; quoted\nmine":                "mine",
		"&gt; only quoted":                 "only quoted",
		"<https://x.org|the page> &amp; _": "the page & _",
		strings.Repeat("<", 50_000):        strings.Repeat("<", 50_000),
		strings.Repeat("*_a ", 10_000):     strings.TrimSpace(strings.Repeat("*_a ", 10_000)),
		strings.Repeat("&gt;\n", 100_000):  "",
	} {
		if got := plain(text); got != strings.TrimSpace(want) {
			t.Errorf("%.60q became %.60q, want %.60q", text, got, want)
		}
	}
}

// Whatever somebody writes, it becomes text, and no longer than it was.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{"<@U1> do i *have* to pay :pray:", "&gt; quoted\nmine", "<!here|x> <#C1|y> <z>", "*_~`a`~_*", "\xff<\x00|>", "&amp;lt;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := plain(text)
		if len(got) > len(text) || utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Errorf("%q became %q", text, got)
		}
	})
}
