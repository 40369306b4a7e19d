package desk

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// maxResults is how many entries a search shows.
const maxResults = 6

// page is what every page needs.
type page struct {
	Title        string
	Organisation string
	About        string // in a line, from the corpus
	Query        string
	Privacy      string
	Embedded     bool // in somebody else's page, in a frame
	Body         any
}

// found is the result of a search.
type found struct {
	Query   string
	Urgent  *result
	Results []result
	Status  string // for screen readers, and for everybody above the results
	NewTab  bool
}

// result is one entry as reception reads it out.
type result struct {
	bot.Part
	Kind string // in words
}

// kindName says in words what an entry is for.
func kindName(k bot.Kind) string {
	switch k {
	case bot.Answer:
		return "Answer"
	case bot.Signpost:
		return "Where to send them"
	case bot.Urgent:
		return "Emergency"
	case bot.Smalltalk:
		return "Reply"
	}
	return "No answer"
}

func (s *Site) show(w http.ResponseWriter, status int, name string, p page) {
	c := s.answer.Corpus()
	p.Organisation, p.About = organisation(c), c.Phrases.About
	if r, ok := s.answer.Entry(c.Reserved(corpus.PrivacyID).ID); ok {
		p.Privacy = r.Text
	}
	s.write(w, status, name, p)
}

// write renders a template as a whole, so that an error does not leave half a page.
func (s *Site) write(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, data); err != nil {
		s.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b.Bytes()) // an error means that the reader has gone
}

func (s *Site) fail(w http.ResponseWriter, err error) {
	s.log.Error("a page could not be made", "cause", err)
	http.Error(w, "Sorry, something went wrong here. Please try again. In an emergency, call 999.", http.StatusInternalServerError)
}

// organisation is whose words these are.
func organisation(c *corpus.Corpus) string {
	for _, d := range c.Documents {
		if d.Kind == corpus.Statement && d.Organisation != "" {
			return d.Organisation
		}
	}
	return ""
}

func (s *Site) home(w http.ResponseWriter, r *http.Request) {
	q := typed(r)
	body := struct {
		Found     *found
		Popular   []bot.Suggestion
		Documents []bot.Suggestion
	}{nil, s.popular(), s.documents()}
	title := "What does the caller ask?"
	if q != "" {
		f := s.find(r.Context(), q)
		s.count(f)
		body.Found = &f
		title = f.Status + " - " + title
	}
	s.show(w, http.StatusOK, "home.html", page{Title: title, Query: q, Body: body})
}

// typed is what somebody asks, as text that a page can show.
func typed(r *http.Request) string {
	return strings.ToValidUTF8(strings.TrimSpace(r.URL.Query().Get("q")), "\ufffd")
}

// results is the part of the front page that changes while somebody types.
func (s *Site) results(w http.ResponseWriter, r *http.Request) {
	q := typed(r)
	f := s.find(r.Context(), q)
	f.NewTab = r.URL.Query().Has("embedded")
	if f.Urgent != nil {
		s.count(f) // of the rest, only what is opened counts: most of it is half typed
	}
	s.write(w, http.StatusOK, "results.html", f)
}

// find is what to show for a question, whole or half typed.
func (s *Site) find(ctx context.Context, q string) found {
	f := found{Query: q}
	if q == "" {
		return f
	}
	reply, err := s.answer.Ask(ctx, q)
	listed, searchErr := s.answer.Search(ctx, q, maxResults)
	if err = errors.Join(err, searchErr); err != nil && ctx.Err() == nil { // who types on has hung up
		s.log.Error("a question could not be answered", "cause", err)
	}
	add := func(p bot.Part) {
		for _, have := range f.Results {
			if have.ID == p.ID {
				return
			}
		}
		f.Results = append(f.Results, result{Part: p, Kind: kindName(p.Kind)})
	}
	if reply.Kind == bot.Urgent {
		f.Urgent = &result{Part: reply.Parts[0], Kind: kindName(bot.Urgent)}
	}
	if reply.Kind == bot.Answer || reply.Kind == bot.Signpost || reply.Kind == bot.Smalltalk && len(listed) == 0 {
		for _, p := range reply.Parts {
			add(p)
		}
	}
	if reply.Kind == bot.Unknown {
		add(reply.Parts[0])
	}
	if reply.Kind == bot.Clarify || reply.Kind == bot.Unknown {
		listed = append(reply.Suggestions, listed...)
	}
	for _, l := range listed {
		if e, ok := s.answer.Entry(l.ID); ok && len(f.Results) < maxResults && e.Kind != bot.Urgent && reply.Kind != bot.Urgent {
			add(e.Parts[0])
		}
	}
	f.Status = status(f)
	return f
}

// status says in words what was found.
func status(f found) string {
	switch {
	case f.Urgent != nil:
		return "This may be an emergency"
	case len(f.Results) == 0:
		return "Nothing found"
	case len(f.Results) == 1:
		return "1 result"
	}
	return strconv.Itoa(len(f.Results)) + " results"
}

func (s *Site) count(f found) {
	switch {
	case f.Urgent != nil:
		s.counts.Answered(bot.Urgent, f.Urgent.ID)
	case len(f.Results) > 0:
		s.counts.Answered(f.Results[0].Part.Kind, f.Results[0].ID)
	}
}

// documents are those to browse, by the name that their address has.
func (s *Site) documents() []bot.Suggestion {
	var all []bot.Suggestion
	for _, d := range s.answer.Corpus().Documents {
		if d.Kind == corpus.Statement {
			all = append(all, bot.Suggestion{ID: documentName(d), Title: d.Title})
		}
	}
	return all
}

func documentName(d *corpus.Document) string {
	return strings.TrimSuffix(path.Base(d.File), path.Ext(d.File))
}

func (s *Site) document(w http.ResponseWriter, r *http.Request) {
	for _, d := range s.answer.Corpus().Documents {
		named := documentName(d) == r.PathValue("id") || d.Overview != nil && d.Overview.ID == r.PathValue("id")
		if !named || d.Kind == corpus.Smalltalk || d.Kind == corpus.Unknown {
			continue
		}
		body := struct {
			*corpus.Document
			Note  string
			Parts []result
		}{Document: d}
		if d.Overview != nil {
			body.Note = d.Overview.Note
		}
		for _, e := range d.Entries {
			if reply, ok := s.answer.Entry(e.ID); ok {
				body.Parts = append(body.Parts, result{Part: reply.Parts[0], Kind: kindName(reply.Kind)})
			}
		}
		s.show(w, http.StatusOK, "document.html", page{Title: d.Title, Body: body})
		return
	}
	s.notFound(w, r)
}

// notFound helps who has followed an old link: it searches for the words in it.
func (s *Site) notFound(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		s.apiError(w, r, http.StatusNotFound, "there is nothing at this address; /api/openapi.json says what there is")
		return
	}
	asked := strings.ToValidUTF8(r.URL.Path, "\ufffd")
	q := strings.Join(strings.FieldsFunc(asked, func(c rune) bool { return strings.ContainsRune("/-_.+", c) }), " ")
	q = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(q, "a "), "d "))
	f := found{Query: q}
	if listed, err := s.answer.Search(r.Context(), q, maxResults); err == nil && q != "" {
		for _, l := range listed {
			if e, ok := s.answer.Entry(l.ID); ok {
				f.Results = append(f.Results, result{Part: e.Parts[0], Kind: kindName(e.Kind)})
			}
		}
	}
	s.show(w, http.StatusNotFound, "notfound.html", page{Title: "Page not found", Body: f})
}
