package corpus_test

import (
	"bufio"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/frontdesk-care/frontdesk/corpus"
)

// small is a corpus with all that one must have, and one of each optional thing.
const small = `
-- values.md --
---
title: Our Values
kind: statement
source: https://example.org/values
reviewed: 2026-01-31
review_every: 2 years
organisation: Example
commands:
  free: values-free
---

# Our values {#values}

There are two of them.

- what are your values

## Free at the point of delivery {#values-free}

> We will provide services
> that are free at the point of delivery

You do not pay.

You never will.

- do i have to *pay*?
- # is it free
  for visitors

<!-- a note for editors -->

## Kind {#values-kind}

> We will be “kind”

- are you nice
-- unknown.md --
---
title: Else
kind: unknown
phrases:
  clarify: Is it one of these?
---

## I can't answer that {#unknown}

Sorry.

- the weather
-- synonyms.txt --
# like words
kind: nice, lovely , warm hearted
-- README.md --
not a document
`

func folder(archive string) fs.FS {
	files := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return files
}

func TestLoadReadsWhatTheFormatHolds(t *testing.T) {
	c, err := corpus.Load(folder(small))
	if err != nil {
		t.Fatal(err)
	}
	free := c.Entry("values-free")
	check := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	check("title", free.Title, "Free at the point of delivery")
	check("quote joined over lines", free.Quote, "We will provide services that are free at the point of delivery")
	check("note keeps its paragraphs", free.Note, "You do not pay.\n\nYou never will.")
	check("asked is plain text", free.Asked[0].Text, "do i have to *pay*?")
	check("asked may go on in the next line", free.Asked[1].Text, "# is it free for visitors")
	check("line of asked", free.Asked[0].Line, 27)
	check("line of the heading", free.Line, 18)
	check("kind", free.Kind(), corpus.Statement)
	check("source", free.Document.Source, "https://example.org/values")
	check("review due", free.Document.ReviewDue.Format("2006-01-02"), "2028-01-31")
	check("overview shows", strings.Join(c.Entry("values").Shows, " "), "values-free values-kind")
	check("overview note", c.Entry("values").Note, "There are two of them.")
	check("quote keeps its signs", c.Entry("values-kind").Quote, "We will be “kind”")
	check("commands", strings.Join(slices.Sorted(maps.Keys(c.Commands)), " "), "free values")
	check("phrase", c.Phrases.Clarify, "Is it one of these?")
	check("like words", strings.Join(c.Groups[0].Words, "|"), "nice|lovely|warm hearted")
	check("reserved falls back", c.Reserved(corpus.GreetingID).ID, "unknown")
	check("warnings", len(c.Warnings), 1)
	check("warns without urgent document", strings.Contains(c.Warnings[0].String(), "no urgent document"), true)
}

// Each file of testdata/bad is a corpus with something wrong, and in a file
// named want the problems that Load must report.
func TestLoadRefusesABadCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			src = []byte(strings.ReplaceAll(string(src), `\xff`, "\xff"))
			want, err := fs.ReadFile(folder(string(src)), "want")
			if err != nil {
				t.Fatal(err)
			}
			_, err = corpus.Load(folder(string(src)))
			var ps corpus.Problems
			if !errors.As(err, &ps) {
				t.Fatalf("got %v, want problems", err)
			}
			if got := ps.Error() + "\n"; got != string(want) {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// The group's statements are carried word for word: testdata/statements.tsv is
// what was published, with the one typing mistake corrected.
func TestEmbeddedCorpusQuotesThePublishedWords(t *testing.T) {
	c, err := corpus.Load(corpus.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("testdata/statements.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	n := 0
	for sc.Scan() {
		id, words, _ := strings.Cut(sc.Text(), "\t")
		e := c.Entry(id)
		if e == nil {
			t.Errorf("no entry %s", id)
			continue
		}
		if strings.HasPrefix(words, "(overview)") {
			if !e.IsOverview() {
				t.Errorf("%s is no overview", id)
			}
		} else if e.Quote != words {
			t.Errorf("%s says %q, published is %q", id, e.Quote, words)
		}
		n++
	}
	if n != 26 {
		t.Errorf("held %d statements against the published ones, want 26", n)
	}
	if got := len(c.Entry("vision").Shows); got != 7 {
		t.Errorf("the vision shows %d statements, want 7", got)
	}
	if got := len(c.Entry("values").Shows); got != 13 {
		t.Errorf("the values show %d statements, want 13", got)
	}
	for _, id := range []string{corpus.GreetingID, corpus.HelpID, corpus.PrivacyID, corpus.SlowDownID, corpus.UnknownID} {
		if c.Entry(id) == nil {
			t.Errorf("no entry %s", id)
		}
	}
	for _, w := range c.Warnings {
		if strings.Contains(w.What, "nobody asks") || strings.Contains(w.What, "same question") {
			t.Error(w)
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, file := range txtar.Parse([]byte(small)).Files {
		f.Add(string(file.Data))
	}
	f.Add("---\ntitle: x\nkind: statement\n---\n# a {#a}\n> q\n- b\n```\n- c\n")
	f.Add("---\nkind: [\n---\n")
	f.Add("---\n\"\u2028x\n---")
	f.Add("---\n\"\r0\n---")
	f.Add("---\ntitle: x\nkind: unknown\n---\n## a {#unknown}\n\n* * *\n1. x\n\n[a]: b\n<b>\n")
	f.Fuzz(func(t *testing.T, doc string) {
		c, err := corpus.Load(fstest.MapFS{"a.md": {Data: []byte(doc)}, "synonyms.txt": {Data: []byte(doc)}})
		if err != nil {
			var ps corpus.Problems
			if !errors.As(err, &ps) || len(ps) == 0 {
				t.Fatalf("an error that names no problem: %v", err)
			}
			for _, p := range ps {
				if p.Line < 0 || p.Line > strings.Count(doc, "\n")+1 || p.What == "" || p.Remedy == "" {
					t.Fatalf("a problem without place or remedy: %#v", p)
				}
			}
			return
		}
		for _, e := range c.Entries() {
			if !strings.Contains(doc, e.ID) || e.Kind() == corpus.Statement && !e.IsOverview() && e.Quote == "" {
				t.Fatalf("an entry that the document does not hold: %#v", e)
			}
		}
	})
}
