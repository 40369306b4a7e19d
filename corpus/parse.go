package corpus

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

var (
	validID        = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)
	linkDefinition = regexp.MustCompile(`^\[[^\]]+\]:`)
)

// parsed is a document as read, before it is held against the others.
type parsed struct {
	doc *Document
	fm  frontMatter
	yml []byte

	problems Problems
}

// parseDocument reads one file, as far as it can be read.
func parseDocument(file string, src []byte) parsed {
	d := &Document{File: file}
	p := parsed{doc: d}
	ps := &p.problems
	if !isText(file, src, ps) {
		return p
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	yml, body, skipped, ok := splitFrontMatter(src)
	if !ok {
		ps.add(file, 1, "the document has no front matter", "start it with a line ---, then title: and kind:, then a line ---")
		return p
	}
	fm := readFrontMatter(d, yml, ps)
	r := &reader{doc: d, skipped: skipped, ps: ps}
	r.src, r.asked = takeOutAsked(body)
	if len(r.src) > maxMarkdown {
		ps.add(file, 0, fmt.Sprintf("the document has over %d kB besides its ways of asking", maxMarkdown>>10), "split it into several documents")
		return p
	}
	if line := tooDeep(r.src); line > 0 {
		ps.add(file, skipped+line, fmt.Sprintf("the line starts with over %d spaces or signs", maxSigns), "start it with words")
		return p
	}
	r.read()
	r.placeAsked()
	p.fm, p.yml = fm, yml
	return p
}

// takeOutAsked separates the list items, which are plain text and not Markdown,
// from the body. Their lines are left blank, so that line numbers stay.
func takeOutAsked(body []byte) (rest []byte, asked []Asked) {
	lines := bytes.SplitAfter(body, []byte("\n"))
	rest = make([]byte, 0, len(body)/4)
	inItem := false
	for i, l := range lines {
		trimmed := strings.TrimRight(string(l), "\r\n")
		item, isItem := strings.CutPrefix(trimmed, "- ")
		switch {
		case isItem:
			asked = append(asked, Asked{Text: strings.TrimSpace(item), Line: i + 1})
			inItem = true
		case inItem && strings.HasPrefix(trimmed, "  ") && strings.TrimSpace(trimmed) != "":
			if last := &asked[len(asked)-1]; len(last.Text) <= maxAskedText { // a longer one is refused in any case
				last.Text = strings.TrimSpace(last.Text + " " + strings.TrimSpace(trimmed))
			}
		default:
			inItem = false
			rest = append(rest, l...)
			continue
		}
		rest = append(rest, '\n')
	}
	return rest, asked
}

// reader walks the blocks of one document's body.
type reader struct {
	doc     *Document
	src     []byte
	asked   []Asked
	skipped int // lines of front matter before src
	at      int // where in src lines were counted up to
	lines   int // before at
	ps      *Problems
	current *Entry
	order   []*Entry // every heading's entry, in line order
}

// blocks reads Markdown's blocks only. What is inside them stays as it is, so nothing
// looks there: emphasis, attributes and link definitions can each cost time that
// grows with the square of a text or worse.
func blocks() parser.Parser {
	return parser.NewParser(parser.WithBlockParsers(parser.DefaultBlockParsers()...))
}

func (r *reader) read() {
	root := blocks().Parse(text.NewReader(r.src))
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			r.heading(n)
		case *ast.Blockquote:
			r.quote(n)
		case *ast.Paragraph:
			r.paragraph(n)
		case *ast.HTMLBlock:
			if !strings.HasPrefix(string(n.Lines().Value(r.src)), "<!--") {
				r.problem(n, "HTML is not allowed here", "write plain words; only <!-- comments --> are left out")
			}
		default:
			r.problem(n, fmt.Sprintf("a Markdown %s is not allowed here", strings.ToLower(n.Kind().String())),
				"use only headings, a > quote, paragraphs, and lines that start with \"- \" for ways of asking")
		}
	}
}

func (r *reader) heading(n *ast.Heading) {
	line := r.line(n)
	title := strings.TrimSpace(rawLines(n, r.src))
	id := ""
	if at := strings.LastIndex(title, "{"); at >= 0 {
		id = strings.Trim(title[at:], "{#} ")
		title = strings.TrimSpace(title[:at])
	}
	e := &Entry{ID: id, Title: title, Document: r.doc, Line: line}
	r.current = e
	r.order = append(r.order, e)
	switch {
	case n.Level > 2:
		r.ps.add(r.doc.File, line, "a heading of level 3 or more", "use # for the document and ## for an entry")
		return
	case n.Level == 1 && id == "":
		return // the document's own title: no entry
	case id == "":
		r.ps.add(r.doc.File, line, fmt.Sprintf("the entry %.80q has no id", title), "add one at the end of the heading, such as {#opening-hours}")
	case !validID.MatchString(id):
		r.ps.add(r.doc.File, line, fmt.Sprintf("a link cannot carry the id %.80q", id), "use up to 63 small letters a-z, digits and hyphens, starting with a letter or digit")
	}
	if n.Level == 1 {
		r.doc.Overview = e
		return
	}
	r.doc.Entries = append(r.doc.Entries, e)
}

func (r *reader) quote(n *ast.Blockquote) {
	if !r.inEntry(n) {
		return
	}
	var parts []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Kind() != ast.KindParagraph {
			r.problem(c, "a quote holds more than plain paragraphs", "carry the published words only, without bullet signs or headings")
			continue
		}
		parts = append(parts, joinLines(rawLines(c, r.src)))
	}
	r.say(n, &r.current.Quote, strings.Join(parts, "\n\n"))
}

func (r *reader) paragraph(n *ast.Paragraph) {
	words := joinLines(rawLines(n, r.src))
	switch {
	case linkDefinition.MatchString(words):
		r.problem(n, "a link definition is not allowed here", "write the address in the sentence")
	case r.inEntry(n):
		r.say(n, &r.current.Note, words)
	}
}

// say adds a paragraph to what an entry says, as long as people could read it all.
func (r *reader) say(n ast.Node, words *string, more string) {
	if len(*words) > maxText {
		return // and that is known
	}
	if *words = joinParagraphs(*words, more); len(*words) > maxText {
		r.problem(n, fmt.Sprintf("an entry of over %d bytes", maxText), "split it into several entries")
	}
}

func (r *reader) inEntry(n ast.Node) bool {
	if r.current == nil {
		r.problem(n, "text before the first heading", "put it under a heading")
	}
	return r.current != nil
}

// placeAsked gives each list item to the entry whose heading stands above it.
func (r *reader) placeAsked() {
	next := 0
	var e *Entry
	for _, a := range r.asked {
		a.Line += r.skipped
		for next < len(r.order) && r.order[next].Line < a.Line {
			e = r.order[next]
			next++
		}
		switch {
		case e == nil || e.ID == "":
			r.ps.add(r.doc.File, a.Line, "a way of asking outside any entry", "put it under a heading that has an id")
		case a.Text == "":
			r.ps.add(r.doc.File, a.Line, "an empty way of asking", "write what people type, or delete the line")
		case len(a.Text) > maxAskedText:
			r.ps.add(r.doc.File, a.Line, fmt.Sprintf("a way of asking of over %d bytes", maxAskedText), "shorten it to what a person would type")
		default:
			e.Asked = append(e.Asked, a)
		}
	}
}

func (r *reader) problem(n ast.Node, what, remedy string) {
	r.ps.add(r.doc.File, r.line(n), what, remedy)
}

// line is the block's first line in the file, from 1.
func (r *reader) line(n ast.Node) int {
	at := n.Pos()
	for c := n; at < 0 && c != nil; c = c.FirstChild() {
		if c.Type() == ast.TypeBlock && c.Lines().Len() > 0 {
			at = c.Lines().At(0).Start
		}
	}
	if at < 0 {
		return r.skipped + 1
	}
	if at < r.at {
		r.at, r.lines = 0, 0
	}
	r.lines += bytes.Count(r.src[r.at:at], []byte("\n"))
	r.at = at
	return r.skipped + 1 + r.lines
}

// rawLines is the block's text as it stands in the file: the words are never touched.
func rawLines(n ast.Node, src []byte) string { return string(n.Lines().Value(src)) }

// joinLines makes one line of a paragraph that an editor wrapped.
func joinLines(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return strings.Join(lines, " ")
}

func joinParagraphs(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n\n" + b
}
