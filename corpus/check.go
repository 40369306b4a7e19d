package corpus

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
)

// assemble joins the parsed documents into a corpus and checks what no single
// document can show: ids and questions that clash, and links between entries.
func assemble(all []parsed, ps *Problems) *Corpus {
	c := &Corpus{Commands: map[string]string{}, byID: map[string]*Entry{}}
	entries := 0
	for _, p := range all {
		if entries += len(p.doc.Entries); entries > maxEntries {
			ps.add(p.doc.File, 0, fmt.Sprintf("the corpus has over %d entries", maxEntries), "leave some out")
			return c
		}
		c.Documents = append(c.Documents, p.doc)
		for _, e := range documentEntries(p.doc) {
			c.checkEntry(e, ps)
		}
	}
	for _, p := range all {
		c.link(p, ps)
	}
	c.checkAsked(ps)
	c.checkWhole(ps)
	return c
}

func documentEntries(d *Document) []*Entry {
	if d.Overview == nil {
		return d.Entries
	}
	return append([]*Entry{d.Overview}, d.Entries...)
}

func (c *Corpus) checkEntry(e *Entry, ps *Problems) {
	file := e.Document.File
	if other := c.byID[e.ID]; other != nil && e.ID != "" {
		ps.add(file, e.Line, fmt.Sprintf("the id %q is taken by %s:%d", e.ID, other.Document.File, other.Line), "give one of them another id")
	} else if e.ID != "" {
		c.byID[e.ID] = e
	}
	if e.Title == "" {
		ps.add(file, e.Line, fmt.Sprintf("the entry %q has no title", e.ID), "write a title in front of the id")
	}
	overview := e == e.Document.Overview
	if !slices.Contains(kinds, e.Kind()) {
		return // what it needs depends on its kind
	}
	switch {
	case overview, e.ID == NotUrgentID && e.Kind() == Urgent:
	case e.Kind() == Statement && e.Quote == "":
		ps.add(file, e.Line, fmt.Sprintf("the statement %q has no quote", e.ID), "add the published words on lines that start with >")
	case e.Kind() != Statement && e.Note == "":
		ps.add(file, e.Line, fmt.Sprintf("the entry %q has no reply", e.ID), "write the reply as a paragraph under the heading")
	}
	if e.Quote != "" && (overview || e.Kind() != Statement) {
		ps.add(file, e.Line, fmt.Sprintf("a quote in %q", e.ID), "only an entry of a statement document quotes; write a plain paragraph")
	}
}

// link resolves what a document says of entries: the overview's, and commands.
func (c *Corpus) link(p parsed, ps *Problems) {
	d := p.doc
	if o := d.Overview; o != nil {
		o.Shows = p.fm.Shows
		if len(o.Shows) == 0 {
			for _, e := range d.Entries {
				o.Shows = append(o.Shows, e.ID)
			}
		}
		c.setCommand(d, o.Line, o.ID, o.ID, ps)
		if len(o.Shows) == 0 {
			ps.add(d.File, o.Line, fmt.Sprintf("the overview %q shows nothing", o.ID), "add entries below it, or name some with shows: in the front matter")
		}
	} else if len(p.fm.Shows) > 0 {
		ps.add(d.File, keyLine(p.yml, "shows"), "shows: in a document without an overview", "give the # heading an id, such as {#about}")
	}
	for _, id := range p.fm.Shows {
		if e := c.byID[id]; e == nil || e == e.Document.Overview {
			ps.add(d.File, keyLine(p.yml, "shows"), fmt.Sprintf("shows: names %q, which is no entry", id), "use the id of an entry that is no overview")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.fm.Commands)) {
		c.setCommand(d, keyLine(p.yml, "commands"), name, p.fm.Commands[name], ps)
	}
	if p.fm.Phrases != (Phrases{}) {
		if d.Kind != Unknown || c.Phrases != (Phrases{}) {
			ps.add(d.File, keyLine(p.yml, "phrases"), "phrases: in the wrong place", "write them once, in a document of kind unknown")
		}
		c.Phrases = p.fm.Phrases
	}
}

func (c *Corpus) setCommand(d *Document, line int, name, id string, ps *Problems) {
	switch {
	case !validID.MatchString(name):
		ps.add(d.File, line, fmt.Sprintf("the command %q cannot be typed", name), "use small letters, digits and hyphens")
	case c.byID[id] == nil:
		ps.add(d.File, line, fmt.Sprintf("the command %q leads to %q, which is no entry", name, id), "use the id of an entry")
	case c.Commands[name] != "" && c.Commands[name] != id:
		ps.add(d.File, line, fmt.Sprintf("the command %q also leads to %q", name, c.Commands[name]), "give one of them another name")
	default:
		c.Commands[name] = id
	}
}

// checkAsked refuses the same question under two entries; under one it is only a warning.
func (c *Corpus) checkAsked(ps *Problems) {
	type place struct {
		entry *Entry
		line  int
	}
	entries, asked := c.Entries(), 0
	for _, e := range entries {
		asked += len(e.Asked)
	}
	seen := make(map[string]place, asked)
	for _, e := range entries {
		file := e.Document.File
		for _, a := range e.Asked {
			key := foldQuestion(a.Text)
			first, twice := seen[key]
			switch {
			case !twice:
				seen[key] = place{e, a.Line}
			case first.entry == e:
				c.Warnings = append(c.Warnings, Problem{file, a.Line, fmt.Sprintf("the same question stands in line %d", first.line), "delete one"})
			default:
				ps.add(file, a.Line, fmt.Sprintf("the question %.80q also stands under %s (%s:%d)", a.Text, first.entry.ID, first.entry.Document.File, first.line), "keep it where it fits best")
			}
		}
	}
}

// foldQuestion makes two questions equal that differ only in case, spaces, punctuation and what nobody sees.
func foldQuestion(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		switch {
		case r == '\'', unicode.Is(unicode.Cf, r): // nobody sees zero-width and direction marks
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r) && !gap && b.Len() > 0: // a mark belongs to a letter
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteRune(unicode.ToLower(r))
			gap = false
		default:
			gap = true
		}
	}
	if b.Len() == 0 {
		return strings.Join(strings.Fields(s), " ") // only signs: "??", emoji
	}
	return b.String()
}

func (c *Corpus) checkWhole(ps *Problems) {
	if len(*ps) > 0 {
		return // what is missing may be in a document that could not be read
	}
	count := map[Kind]int{}
	for _, e := range c.Entries() {
		count[e.Kind()]++
	}
	switch {
	case len(c.byID) == 0:
		ps.add("corpus", 0, "no entries", "add Markdown documents with front matter and entries, as docs/corpus.md shows")
		return
	case count[Statement] == 0:
		ps.add("corpus", 0, "no statement", "add a document of kind statement with the published words")
	}
	if c.firstOf(Unknown) == nil {
		ps.add("corpus", 0, "no honest no", "add a document of kind unknown with an entry {#unknown} that says where else to ask")
	}
}

// warn adds what does no harm today but should be seen to.
func (c *Corpus) warn(now time.Time) {
	for _, d := range c.Documents {
		if !d.ReviewDue.IsZero() && now.After(d.ReviewDue) {
			c.Warnings = append(c.Warnings, Problem{d.File, 0, "was due for review on " + d.ReviewDue.Format(time.DateOnly), "hold it against its source and set reviewed: to today"})
		}
		for _, e := range documentEntries(d) {
			if len(e.Asked) == 0 && d.Kind != Smalltalk {
				c.Warnings = append(c.Warnings, Problem{d.File, e.Line, fmt.Sprintf("nobody asks for %q yet", e.ID), "add lines that start with \"- \" and say how people ask"})
			}
		}
	}
	if !c.HasUrgent() {
		c.Warnings = append(c.Warnings, Problem{"corpus", 0, "no urgent document", "add one, or an emergency gets the honest no"})
	}
}
