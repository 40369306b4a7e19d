package telegram

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// tag is all the markup that a message may hold.
var tag = regexp.MustCompile(`<b>|</b>|<blockquote>|</blockquote>|<a href="([^"<>]*)">|</a>`)

// Whatever the corpus holds, messages fit, are well formed, and lose no word.
func FuzzPack(f *testing.F) {
	f.Add(0, "Ring 999 & <b>wait</b> or 020 7946 0000.", "")
	f.Add(1, strings.Repeat("A title. ", 600), "")
	f.Add(2, strings.Repeat("👩\u200d⚕️ ", 2000), "")
	f.Add(3, "From: \x00Our \"Values\"", `https://example.org/?a=1&b="><x>`)
	f.Add(3, strings.Repeat("x", 4200)+"\x00"+strings.Repeat("x", 4200), "")
	f.Add(3, "From: \x00"+strings.Repeat("x", 8300), "ab")
	f.Add(0, strings.Repeat("x", 5000)+"\n\n"+strings.Repeat("&", 5000), "")
	f.Fuzz(func(t *testing.T, kind int, text, url string) {
		if !utf8.ValidString(text+url) || strings.Count(text, sourceMark) > 1 || len(url) > maxURL {
			return // the corpus refuses the former, view.source the latter
		}
		p := paragraph{look: look(uint(kind) % 4), text: text, url: url}
		shown := ""
		for _, m := range pack([]paragraph{p, {text: "after"}}) {
			if n := length(m.plain); n == 0 || n > maxText {
				t.Errorf("a message of %d letters", n)
			}
			bare := tag.ReplaceAllString(m.html, "")
			if strings.ContainsAny(bare, "<>") {
				t.Errorf("markup that is none in %q", m.html)
			}
			for _, pair := range []string{"b>", "blockquote>", "a"} {
				if strings.Count(m.html, "<"+strings.TrimSuffix(pair, ">"))-strings.Count(bare, "<") < strings.Count(m.html, "</"+pair) {
					t.Errorf("%s is closed and not opened in %q", pair, m.html)
				}
			}
			shown += html.UnescapeString(bare)
		}
		want := text
		if p.look == source {
			want = strings.Replace(text, sourceMark, "", 1)
		}
		if squeezed(shown) != squeezed(want+"after") {
			t.Errorf("%q became %q", want, shown)
		}
	})
}

// squeezed leaves out what separates words: messages may break there.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }
