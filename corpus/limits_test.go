package corpus_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/frontdesk-care/frontdesk/corpus"
)

const front = "---\ntitle: Fees\nkind: statement\n---\n"

// Each of these would take minutes, gigabytes or both without a limit. That the
// test ends is part of what it shows.
func TestLoadIsBounded(t *testing.T) {
	many := strings.Repeat
	for _, test := range []struct{ name, doc, want string }{
		{"a line of 7 MB", front + many("a ", 7<<19), "a.md:5: the line has over 32768 bytes"},
		{"a file of 10 MB", front + many("a\n", 5<<20), "a.md: the file has over 8 MB"},
		{"paragraphs", front + "## A {#a}\n" + many("a\n\n", 300_000), "an entry of over 32768 bytes"},
		{"words of one paragraph", front + "## A {#a}\n> " + many("a\n", 500_000), "a.md:6: an entry of over 32768 bytes"},
		{"Markdown", front + many("a\n", 600_000), "a.md: the document has over 1024 kB besides its ways of asking"},
		{"a way of asking over many lines", front + "## A {#a}\n- a\n" + many("  b\n", 300_000), "a.md:6: a way of asking of over 4096 bytes"},
		{"headings", front + many("## a\n", 200_000), `a.md:5: the entry "a" has no id`},
		{"entries", front + numbered("## A {#a%d}\n> a\n", 10_001), "a.md: the corpus has over 10000 entries"},
		{"nested quotes", front + many(">", 30_000), "a.md:5: the line starts with over 100 spaces or signs"},
		{"nested lists", front + many("* ", 300), "a.md:5: the line starts with over 100 spaces or signs"},
		{"lists nested line by line", front + stairs(1000), "the line starts with over 100 spaces or signs"},
		{"brackets", front + "## A {#a}\n> a\n\n" + many(many("[", 30_000)+"\n\n", 30), "an entry of over 32768 bytes"},
		{"emphasis", front + "## A {#a}\n> a\n\n" + many(many("*a_b", 7_000)+"\n\n", 30), "an entry of over 32768 bytes"},
		{"attributes of a heading", front + many("## A {"+many("a=[", 8_000)+"}\n", 30), "a.md:5: a link cannot carry the id"},
		{"link definitions", front + many("[a]:\n", 200_000), "a.md:5: a link definition is not allowed here"},
		{"front matter", "---\neditor: " + many("a", 20_000) + "\n---\n", "a.md:1: the front matter is too long"},
		{"keys of front matter", "---\n" + many("a:\n", 5_000) + "---\n", "a.md:1: the front matter is too long"},
		{"nested front matter", "---\ntitle: " + many("[", 8_000) + many("]", 8_000) + "\n---\n", "a.md:1: the front matter is too long"},
		{"an alias bomb", "---\n" + aliases(30) + "---\n", "a.md:2: cannot read the front matter"},
		{"a merge bomb", "---\ncommands: &a {a: b}\nphrases: {<<: [" + many("*a,", 4_000) + "]}\n---\n", "a.md:1: the front matter is too long"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := corpus.Load(fstest.MapFS{"a.md": {Data: []byte(test.doc)}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %.200v, want %s", err, test.want)
			}
			if err != nil && strings.Count(err.Error(), "\n") > 1000 {
				t.Errorf("%d problems are more than anybody reads", strings.Count(err.Error(), "\n"))
			}
		})
	}
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func stairs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("  ", i) + "* a\n")
	}
	return b.String()
}

// aliases is front matter in which each line stands for nine of the one before.
func aliases(n int) string {
	lines := []string{"a0: &a0 [x]"}
	for i := 1; i < n; i++ {
		lines = append(lines, fmt.Sprintf("a%d: &a%d [%s]", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ",")))
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestLoadRefusesWhatSteersAScreen(t *testing.T) {
	for name, c := range map[string]struct{ words, want string }{
		"NUL":           {"a\x00b", "U+0000"},
		"escape":        {"\x1b[2Ja", "U+001B"},
		"return":        {"free\rx", "U+000D"},
		"next line":     {"a\u0085b", "U+0085"},
		"override":      {"free \u202eton era ew", "U+202E"},
		"not UTF-8":     {"a\xc3(", "the text is not UTF-8"},
		"half a letter": {"a\xed\xa0\x80", "the text is not UTF-8"},
	} {
		for _, doc := range []string{"## A {#a}\n\n> " + c.words, "## A " + c.words + " {#a}\n", "## A {#a}\n\n- " + c.words} {
			_, err := corpus.Load(fstest.MapFS{"a.md": {Data: []byte(front + doc + "\n")}})
			if err == nil || !strings.HasPrefix(err.Error(), "a.md:") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s in %q: %v", name, doc, err)
			}
		}
		if _, err := corpus.Load(fstest.MapFS{"synonyms.txt": {Data: []byte("a: b\nc: " + c.words + "\n")}}); err == nil || !strings.Contains(err.Error(), "synonyms.txt:2: ") {
			t.Errorf("%s in like words: %v", name, err)
		}
	}
}

func TestLoadKeepsTheWordsOfEveryScript(t *testing.T) {
	for _, words := range []string{"مجاني في نقطة التسليم", "বিনামূল্যে সেবা", "نمی\u200cخواهم", "שלום \u200fx", "👩\u200d⚕️ helps", "frее"} {
		files := fstest.MapFS{"a.md": {Data: []byte(front + "## A {#a}\n\n> " + words + "\n\n- " + words + "\n")}, "b.md": {Data: []byte("---\ntitle: No\nkind: unknown\n---\n## No {#unknown}\n\nNo.\n")}}
		c, err := corpus.Load(files)
		if err != nil || c.Entry("a").Quote != words || c.Entry("a").Asked[0].Text != words {
			t.Errorf("%q: %v", words, err)
		}
	}
}

// Two questions that look the same are the same.
func TestAWayOfAskingCannotHideBehindInvisibleCharacters(t *testing.T) {
	doc := front + "## A {#a}\n\n> a\n\n- is it free\n\n## B {#b}\n\n> b\n\n- is it f\u200bree\u2069\n"
	_, err := corpus.Load(fstest.MapFS{"a.md": {Data: []byte(doc)}})
	if err == nil || !strings.Contains(err.Error(), "also stands under a (a.md:9)") {
		t.Errorf("got %v", err)
	}
}

func TestLoadTakesOrdinaryFilesOnly(t *testing.T) {
	good := front + "## A {#a}\n\n> a\n\n- b\n"
	for name, test := range map[string]struct {
		make func(dir string) error
		want string // in the error; none when the folder is fine
	}{
		"a pipe":                      {func(dir string) error { return syscall.Mkfifo(dir+"/x.md", 0o600) }, "x.md: this is no ordinary file"},
		"a pipe as like words":        {func(dir string) error { return syscall.Mkfifo(dir+"/synonyms.txt", 0o600) }, "synonyms.txt: this is no ordinary file"},
		"a device":                    {func(dir string) error { return os.Symlink("/dev/zero", dir+"/x.md") }, "x.md: this is no ordinary file"},
		"a folder behind a link":      {func(dir string) error { return os.Symlink(dir, dir+"/x.md") }, "x.md: this is no ordinary file"},
		"a link to itself":            {func(dir string) error { return os.Symlink("x.md", dir+"/x.md") }, "x.md"},
		"a loop of folders":           {func(dir string) error { return os.Symlink(dir, dir+"/sub") }, ""},
		"an editor's lock":            {func(dir string) error { return os.Symlink("nobody@nowhere", dir+"/.#x.md") }, ""},
		"a link to a document":        {func(dir string) error { return os.Symlink(dir+"/b.md", dir+"/c.txt") }, ""},
		"two thousand more documents": {func(dir string) error { return fill(dir, 2_000) }, "corpus: over 2000 documents"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, doc := range map[string]string{"a.md": good, "b.md": "---\ntitle: No\nkind: unknown\n---\n## No {#unknown}\n\nNo.\n"} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(doc), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := test.make(dir); err != nil {
				t.Fatal(err)
			}
			_, err := corpus.Load(os.DirFS(dir))
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func fill(dir string, n int) error {
	for i := range n {
		if err := os.WriteFile(fmt.Sprintf("%s/%d.md", dir, i), []byte(front), 0o600); err != nil {
			return err
		}
	}
	return nil
}
