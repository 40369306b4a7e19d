package main

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documents are what people read of the project, by path.
func documents(t *testing.T, repo fs.FS) map[string]string {
	t.Helper()
	names, err := fs.Glob(repo, "docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, name := range append(names, "README.md", "SECURITY.md") {
		text, err := fs.ReadFile(repo, name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = string(text)
	}
	return all
}

var testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z]\w*)\(`)

// tests are the names of the tests in each folder; under "" are those of all folders.
func tests(t *testing.T, repo fs.FS) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := fs.WalkDir(repo, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		src, err := fs.ReadFile(repo, name)
		for _, m := range testFunc.FindAllSubmatch(src, -1) {
			all[""] = append(all[""], string(m[1]))
			all[path.Dir(name)] = append(all[path.Dir(name)], string(m[1]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A document names a test as bot/desk.TestHeaders, or as TestHeaders where it has said which folder.
var namedTest = regexp.MustCompile(`(?:\b([a-z]+(?:/[a-z]+)*)\.)?\b((?:Test|Fuzz)[A-Z]\w*)`)

// What a document says to be shown by a test is shown by one that exists.
func TestDocumentsNameTestsThatExist(t *testing.T) {
	repo := os.DirFS("../..")
	known := tests(t, repo)
	for name, text := range documents(t, repo) {
		named := namedTest.FindAllStringSubmatch(text, -1)
		for _, m := range named {
			if !slices.Contains(known[m[1]], m[2]) {
				t.Errorf("%s names the test %s, which does not exist", name, m[0])
			}
		}
		if len(named) == 0 && slices.Contains([]string{"SECURITY.md", "docs/privacy.md", "docs/safety.md"}, name) {
			t.Errorf("%s names no test: nothing in it is shown", name)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)\s#]+)[^)]*\)`)

func TestLinksInDocumentsLeadSomewhere(t *testing.T) {
	repo := os.DirFS("../..")
	for name, text := range documents(t, repo) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], ":") {
				continue // on the web
			}
			if _, err := fs.Stat(repo, path.Join(path.Dir(name), m[1])); errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s links to %s, which does not exist", name, m[1])
			} else if err != nil {
				t.Errorf("%s: the link to %s: %v", name, m[1], err)
			}
		}
	}
}
