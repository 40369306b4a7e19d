package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// frontMatter is the YAML at the top of a document.
type frontMatter struct {
	Title        string            `yaml:"title"`
	Kind         Kind              `yaml:"kind"`
	Source       string            `yaml:"source"`
	Reviewed     string            `yaml:"reviewed"`
	ReviewEvery  string            `yaml:"review_every"`
	Organisation string            `yaml:"organisation"`
	Editor       string            `yaml:"editor"` // a note for the people who edit; never said
	Shows        []string          `yaml:"shows"`
	Commands     map[string]string `yaml:"commands"`
	Phrases      Phrases           `yaml:"phrases"`
}

const fence = "---"

// defaultReviewMonths applies where front matter has no review_every.
const defaultReviewMonths = 12

var (
	yamlLine  = regexp.MustCompile(`line (\d+): (.*)`)
	everyText = regexp.MustCompile(`^(\d{1,3}) (month|year)s?$`)
)

// splitFrontMatter returns the YAML between the first two fences, the rest of
// the file, and the number of lines before that rest. ok is false without fences.
func splitFrontMatter(src []byte) (yml, body []byte, skipped int, ok bool) {
	lines := bytes.SplitAfter(src, []byte("\n"))
	if strings.TrimRight(string(lines[0]), "\r\n ") != fence {
		return nil, src, 0, false
	}
	at := len(lines[0])
	for i, l := range lines[1:] {
		if strings.TrimRight(string(l), "\r\n ") == fence {
			return src[len(lines[0]):at], src[at+len(l):], i + 2, true
		}
		at += len(l)
	}
	return nil, src, 0, false
}

// readFrontMatter fills in d and returns what it read.
func readFrontMatter(d *Document, yml []byte, ps *Problems) frontMatter {
	var fm frontMatter
	if len(yml) > maxFrontMatter || nodes(yml) > maxNodes {
		ps.add(d.File, 1, "the front matter is too long", fmt.Sprintf("shorten it to %d bytes and %d words, and see that the second --- stands right below it", maxFrontMatter, maxNodes))
		return fm
	}
	dec := yaml.NewDecoder(bytes.NewReader(yml))
	dec.KnownFields(true)
	if err := dec.Decode(&fm); err != nil {
		line, what := yamlProblem(err)
		line = min(line, bytes.Count(yml, []byte("\n"))+1) // YAML knows more ends of lines than editors do
		ps.add(d.File, line, what, "use only title, kind, source, reviewed, review_every, organisation, editor, shows, commands and phrases, as docs/corpus.md shows")
		return fm
	}
	d.Title, d.Kind, d.Source, d.Organisation = fm.Title, fm.Kind, fm.Source, fm.Organisation
	if d.Title == "" {
		ps.add(d.File, 1, "the document has no title", "add a line such as `title: Our Values` between the --- lines")
	}
	if !slices.Contains(kinds, d.Kind) {
		ps.add(d.File, keyLine(yml, "kind"), fmt.Sprintf("unknown kind %q", d.Kind), "use one of statement, signpost, urgent, smalltalk, unknown")
	}
	if u, err := url.Parse(fm.Source); err != nil || fm.Source != "" && (u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		ps.add(d.File, keyLine(yml, "source"), "source is not a web address", "write the whole address, starting with https://")
	}
	readReview(d, fm, yml, ps)
	return fm
}

// nodes counts what YAML text holds; 0 for what cannot be read.
func nodes(yml []byte) int {
	var root yaml.Node
	if yaml.Unmarshal(yml, &root) != nil {
		return 0
	}
	count := 0
	for level := []*yaml.Node{&root}; len(level) > 0; {
		var next []*yaml.Node
		for _, n := range level {
			next = append(next, n.Content...)
		}
		count += len(level)
		level = next
	}
	return count
}

func readReview(d *Document, fm frontMatter, yml []byte, ps *Problems) {
	months := defaultReviewMonths
	if fm.ReviewEvery != "" {
		m := everyText.FindStringSubmatch(fm.ReviewEvery)
		if m == nil {
			ps.add(d.File, keyLine(yml, "review_every"), fmt.Sprintf("cannot read review_every %q", fm.ReviewEvery), "write it as `12 months` or `2 years`")
			return
		}
		months, _ = strconv.Atoi(m[1])
		if m[2] == "year" {
			months *= 12
		}
	}
	if fm.Reviewed == "" {
		return
	}
	t, err := time.Parse(time.DateOnly, fm.Reviewed)
	if err != nil {
		ps.add(d.File, keyLine(yml, "reviewed"), fmt.Sprintf("cannot read the date %q", fm.Reviewed), "write it as 2026-11-22")
		return
	}
	d.Reviewed, d.ReviewDue = t, t.AddDate(0, months, 0)
}

// yamlProblem takes the line (in the file, front fence included) out of the library's message.
func yamlProblem(err error) (line int, what string) {
	msg := err.Error()
	var te *yaml.TypeError
	if errors.As(err, &te) && len(te.Errors) > 0 {
		msg = te.Errors[0]
	}
	msg = strings.TrimSuffix(msg, " in type corpus.frontMatter")
	if m := yamlLine.FindStringSubmatch(msg); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n + 1, "cannot read the front matter: " + m[2]
	}
	return 1, "cannot read the front matter: " + strings.TrimPrefix(msg, "yaml: ")
}

// keyLine finds a key's line in the file; 1 when the key is missing.
func keyLine(yml []byte, key string) int {
	for i, l := range strings.Split(string(yml), "\n") {
		if strings.HasPrefix(l, key+":") {
			return i + 2
		}
	}
	return 1
}
