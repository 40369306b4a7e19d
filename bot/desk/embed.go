package desk

import (
	"encoding/xml"
	"net/http"
)

// embed is the "Ask us" box for the group's own web site.
func (s *Site) embed(w http.ResponseWriter, r *http.Request) {
	q := typed(r)
	p := page{Title: "Ask us", Query: q, Embedded: true}
	if q != "" {
		f := s.find(r.Context(), q)
		f.NewTab = true
		s.count(f)
		p.Body = &f
	}
	s.show(w, http.StatusOK, "embed.html", p)
}

// embedScript is the one line that another web site includes. Every site may load
// it; the box that it opens shows only where the settings allow it.
func (s *Site) embedScript(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Write(s.assets["embed.js"].body) // an error means that the reader has gone
}

// openSearch lets a browser's address bar search the desk.
func (s *Site) openSearch(w http.ResponseWriter, r *http.Request) {
	type address struct {
		Type     string `xml:"type,attr"`
		Template string `xml:"template,attr"`
	}
	description := struct {
		XMLName     xml.Name `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
		ShortName   string
		Description string
		URL         address `xml:"Url"`
	}{ShortName: "Frontdesk", Description: s.answer.Corpus().Phrases.About, URL: address{"text/html", s.base(r) + "/?q={searchTerms}"}}
	out, err := xml.MarshalIndent(description, "", "  ")
	if err != nil {
		s.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/opensearchdescription+xml")
	w.Write([]byte(xml.Header + string(out))) // an error means that the reader has gone
}
