package desk

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/frontdesk-care/frontdesk/bot"
)

// listed is an entry in the list of all.
type listed struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Kind     bot.Kind `json:"kind"`
	Document string   `json:"document"`
	URL      string   `json:"url"`
}

func (s *Site) apiAsk(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query().Get("q")
	if strings.TrimSpace(q) == "" {
		s.apiError(w, r, http.StatusBadRequest, "no question; ask with ?q=")
		return
	}
	reply, err := s.answer.Ask(r.Context(), q)
	if err != nil && r.Context().Err() == nil {
		s.log.Error("a question could not be answered", "cause", err)
	}
	s.counts.Answered(reply.Kind, reply.ID)
	s.json(w, r, http.StatusOK, reply)
}

func (s *Site) apiEntries(w http.ResponseWriter, r *http.Request) {
	all := []listed{}
	for _, e := range s.answer.Corpus().Entries() {
		if reply, ok := s.answer.Entry(e.ID); ok {
			all = append(all, listed{e.ID, e.Title, reply.Kind, e.Document.Title, s.link(r, e.ID)})
		}
	}
	s.json(w, r, http.StatusOK, all)
}

func (s *Site) apiEntry(w http.ResponseWriter, r *http.Request) {
	reply, ok := s.answer.Entry(r.PathValue("id"))
	if !ok {
		s.apiError(w, r, http.StatusNotFound, "there is no entry with this id; /api/entries lists them")
		return
	}
	s.json(w, r, http.StatusOK, reply)
}

func (s *Site) apiError(w http.ResponseWriter, r *http.Request, status int, what string) {
	s.json(w, r, status, map[string]string{"error": what})
}

// json writes an answer for programs. One that they have already is not sent again.
func (s *Site) json(w http.ResponseWriter, r *http.Request, status int, v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		s.fail(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	s.allowOrigin(h, r.Header.Get("Origin"))
	if status == http.StatusOK {
		sum := sha256.Sum256(b.Bytes())
		tag := `"` + hex.EncodeToString(sum[:12]) + `"`
		h.Set("ETag", tag)
		h.Set("Cache-Control", "private, no-cache") // kept, but asked about each time
		if matches(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.WriteHeader(status)
	w.Write(b.Bytes()) // an error means that the reader has gone
}

func matches(header, tag string) bool {
	for _, one := range strings.Split(header, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}

// allowOrigin lets scripts of other web sites read the answer, where the settings say so.
func (s *Site) allowOrigin(h http.Header, origin string) {
	if len(s.config.Origins) == 0 {
		return
	}
	h.Add("Vary", "Origin")
	switch {
	case slices.Contains(s.config.Origins, "*"):
		h.Set("Access-Control-Allow-Origin", "*")
	case origin != "" && slices.Contains(s.config.Origins, origin):
		h.Set("Access-Control-Allow-Origin", origin)
	}
}

// openAPI describes the API to programs.
func (s *Site) openAPI(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	s.allowOrigin(w.Header(), r.Header.Get("Origin"))
	w.Write(s.assets["openapi.json"].body) // an error means that the reader has gone
}
