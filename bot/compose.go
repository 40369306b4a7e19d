package bot

import (
	"math"
	"strings"

	"github.com/frontdesk-care/frontdesk/corpus"
)

// compose puts a verdict into the words of the corpus.
func (b *Bot) compose(question string, v verdict) Reply {
	first := b.corpus.Entry(v.ids[0])
	r := Reply{
		Question: question, Kind: v.kind, ID: first.ID, Title: first.Title, Confidence: confidence(v.likelihood),
		Passages: []Passage{}, Suggestions: []Suggestion{},
	}
	if v.kind != Clarify {
		for _, id := range v.ids {
			p := b.part(b.corpus.Entry(id))
			r.Parts = append(r.Parts, p)
			r.Passages = append(r.Passages, p.Passages...)
		}
	}
	for _, id := range v.suggestions {
		r.Suggestions = append(r.Suggestions, Suggestion{id, b.corpus.Entry(id).Title})
	}
	r.Text = b.text(v, r)
	return r
}

// How likely the models think an entry and how often it is right are not the
// same: they share the likelihood out over 60 entries and more, so 0.5 is
// already a strong vote. The exponent was fitted on the blind question sets;
// `frontdesk eval` shows how well it holds.
const humility = 3

// confidence turns a likelihood into the share of such replies that are right, to three digits.
func confidence(likelihood float64) float64 {
	return math.Round(1000*(1-math.Pow(1-min(max(likelihood, 0), 1), humility))) / 1000
}

func (b *Bot) part(e *corpus.Entry) Part {
	p := Part{
		ID: e.ID, Title: e.Title, Kind: replyKind(e.Kind()), Overview: e.IsOverview(), Passages: b.passages(e),
		Document: e.Document.Title, Source: e.Document.Source, Reviewed: e.Document.Reviewed,
	}
	if p.Overview {
		p.Note = e.Note
	}
	return p
}

// passages are an entry's words; an overview's are those of the entries it shows.
func (b *Bot) passages(e *corpus.Entry) []Passage {
	if e.IsOverview() {
		var all []Passage
		for _, id := range e.Shows {
			all = append(all, b.passages(b.corpus.Entry(id))...)
		}
		return all
	}
	p := Passage{ID: e.ID, Text: e.Quote, Note: e.Note, Document: e.Document.Title, Source: e.Document.Source}
	if p.Text == "" {
		p.Text, p.Note = e.Note, ""
	}
	return []Passage{p}
}

// text writes the whole reply as plain text, for terminals and screen readers.
func (b *Bot) text(v verdict, r Reply) string {
	say := b.corpus.Phrases
	if v.kind == Clarify {
		return list(say.Clarify, r.Suggestions)
	}
	var paragraphs []string
	for _, id := range v.ids {
		e := b.corpus.Entry(id)
		if e.Kind() == corpus.Statement {
			paragraphs = append(paragraphs, strings.Join(b.statementLines(e), "\n"))
		} else {
			paragraphs = append(paragraphs, e.Note)
		}
	}
	if len(r.Suggestions) > 0 && v.kind == Unknown {
		paragraphs = append(paragraphs, list(say.Suggestions, r.Suggestions))
	}
	return strings.Join(paragraphs, "\n\n")
}

// statementLines are a statement's, or an overview's, title, words and source.
func (b *Bot) statementLines(e *corpus.Entry) []string {
	say := b.corpus.Phrases
	lines := []string{e.Title, ""}
	if e.IsOverview() {
		if e.Note != "" {
			lines = append(lines, label(say.Note, e.Note), "")
		}
		for _, id := range e.Shows {
			lines = append(lines, "“"+b.corpus.Entry(id).Quote+"”", "")
		}
	} else {
		lines = append(lines, "“"+e.Quote+"”", "")
		if e.Note != "" {
			lines = append(lines, label(say.Note, e.Note), "")
		}
	}
	from := e.Document.Title
	if e.Document.Source != "" {
		from += ", " + e.Document.Source
	}
	return append(lines, label(say.Source, from))
}

func label(name, text string) string {
	if name == "" {
		return text
	}
	return name + ": " + text
}

// list writes suggestions below a heading, which may be empty.
func list(heading string, all []Suggestion) string {
	var lines []string
	if heading != "" {
		lines = append(lines, heading)
	}
	for _, s := range all {
		lines = append(lines, "- "+s.Title)
	}
	return strings.Join(lines, "\n")
}
