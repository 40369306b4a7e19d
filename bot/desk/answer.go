package desk

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/frontdesk-care/frontdesk/bot"
)

// answerPage is an entry with all that reception can do with it.
type answerPage struct {
	result
	Statements []result // an overview's, each with its title
	Related    []bot.Suggestion
	Link       string
	Telegram   string // a link that opens the entry there; empty without a bot
	Words      string // to copy
	Message    string // to send as a text message
	Fits       bool   // into one text message
	QRLabel    string
	Small      bool // printed on A5
}

func (s *Site) entry(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	reply, ok := s.answer.Entry(id)
	if !ok || len(reply.Parts) == 0 {
		s.notFound(w, r)
		return
	}
	s.used.add(id)
	s.counts.Answered(reply.Kind, id)
	part := reply.Parts[0]
	a := answerPage{
		result: result{Part: part, Kind: kindName(reply.Kind)}, Related: s.related(r.Context(), id, part),
		Link: s.link(r, id), Telegram: s.telegramLink(id), Words: reply.Text, Small: r.URL.Query().Get("size") == "a5",
	}
	if part.Overview {
		for _, p := range part.Passages {
			if e, ok := s.answer.Entry(p.ID); ok {
				a.Statements = append(a.Statements, result{Part: e.Parts[0], Kind: kindName(e.Kind)})
			}
		}
	}
	a.Message = textMessage(part, a.Link)
	n, plain := gsmLength(a.Message)
	a.Fits = plain && n <= maxSMS
	a.QRLabel = "QR code that opens this page"
	if a.Telegram != "" {
		a.QRLabel = "QR code that opens this answer on Telegram"
	}
	s.show(w, http.StatusOK, "answer.html", page{Title: part.Title, Body: a})
}

// maxRelated is how many other entries an answer's page offers.
const maxRelated = 4

// related are the neighbours of an entry in its document, and the document's overview.
func (s *Site) related(ctx context.Context, id string, part bot.Part) []bot.Suggestion {
	e := s.answer.Corpus().Entry(id)
	if e == nil || part.Kind != bot.Answer {
		return nil
	}
	var all []bot.Suggestion
	if o := e.Document.Overview; o != nil && o.ID != id {
		all = append(all, bot.Suggestion{ID: o.ID, Title: o.Title})
	}
	if found, err := s.answer.Search(ctx, part.Title, maxRelated+1); err == nil {
		for _, f := range found {
			if f.ID != id && len(all) < maxRelated && (e.Document.Overview == nil || f.ID != e.Document.Overview.ID) {
				all = append(all, f)
			}
		}
	}
	return all
}

// link is an entry's permanent address.
func (s *Site) link(r *http.Request, id string) string { return s.base(r) + "/a/" + id }

// base is the desk's own address, without a slash at its end.
func (s *Site) base(r *http.Request) string {
	if s.config.PublicURL != "" {
		return strings.TrimRight(s.config.PublicURL, "/")
	}
	return "http://" + safeHost(r.Host)
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?$|^\[[0-9A-Fa-f:.]+\](:[0-9]+)?$`)

// maxHost is the longest name a host can have, and its port. Source: RFC 1035.
const maxHost = 253 + len(":65535")

// safeHost is the name that the browser has asked for, or this machine's own name where that is no name.
func safeHost(host string) string {
	if len(host) <= maxHost && hostName.MatchString(host) {
		return host
	}
	return "localhost"
}

// deepLink is what Telegram lets a link carry. Source: the Bot API's "Deep linking".
var deepLink = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// telegramLink opens an entry in the bot's chat on Telegram; empty without a bot.
func (s *Site) telegramLink(id string) string {
	if s.config.TelegramBot == nil || s.config.TelegramBot() == "" || !deepLink.MatchString(id) {
		return ""
	}
	return "https://t.me/" + s.config.TelegramBot() + "?start=" + id
}
