// Package desk is the channel for reception teams: a web page on which somebody
// with a caller on the line types two words and reads the answer out, texts it or
// prints it. It is also the HTTP face of the program for other programs.
//
// Pages work without JavaScript, and ask nobody else's server for anything.
// guard.go keeps the open internet at bay, pages.go serves people, api.go serves
// programs, and text.go writes the text message to copy.
//
// The package must not know how an answer is found, and keeps and logs nothing of
// what people type or where they come from. Start reading at [New].
package desk

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// An Asker finds what fits a question.
type Asker interface {
	// Ask always has a reply, even beside an error.
	Ask(ctx context.Context, question string) (bot.Reply, error)
	// Search lists at most n entries for a question that is still being typed.
	Search(ctx context.Context, typed string, n int) ([]bot.Suggestion, error)
}

// A Library holds the entries.
type Library interface {
	// Entry gives the reply that an entry's link leads to.
	Entry(id string) (bot.Reply, bool)
	// Corpus is what the entries come from; it may be another one at each call.
	Corpus() *corpus.Corpus
}

// An Answerer answers; [bot.Bot] is one.
type Answerer interface {
	Asker
	Library
}

// Counts is told what happened. It keeps numbers only, and returns at once.
type Counts interface {
	// Answered counts a reply, by its kind and the id of its entry.
	Answered(kind bot.Kind, id string)
}

// Config is what the desk needs to know of the outside world.
type Config struct {
	PublicURL string // such as https://desk.example.org; empty: links follow the request
	// TelegramBot gives the bot's name on Telegram, without @; empty while there is
	// none. It may be nil.
	TelegramBot func() string
	Origins     []string // of web sites whose scripts may read the API; "*" for all
	Embedders   []string // origins of web sites that may show the "Ask us" box
	TrustProxy  bool     // take people's addresses from X-Forwarded-For
	Limit       int      // requests a second from one address; 0 for no limit
}

// A Site serves the desk.
type Site struct {
	log    *slog.Logger
	config Config
	answer Answerer
	counts Counts
	pages  *template.Template
	assets map[string]asset
	used   *used
}

//go:embed templates static
var files embed.FS

// New makes the desk's site.
func New(log *slog.Logger, config Config, a Answerer, counts Counts) (*Site, error) {
	s := &Site{log: log.With("channel", "desk"), config: config, answer: a, counts: counts, used: newUsed()}
	var err error
	if s.assets, err = readAssets(files); err != nil {
		return nil, fmt.Errorf("reading the desk's files: %w", err)
	}
	s.pages, err = template.New("").Funcs(template.FuncMap{
		"asset": func(name string) string { return "/static/" + name + "?v=" + s.assets[name].version },
		"date":  func(t time.Time) string { return t.Format("2 January 2006") },
	}).ParseFS(files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("reading the desk's pages: %w", err)
	}
	return s, nil
}

// Handler serves everything that the desk has, guarded against the open internet.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range map[string]http.HandlerFunc{
		"GET /{$}":              s.home,
		"GET /results":          s.results,
		"GET /a/{id}":           s.entry,
		"GET /a/{id}/qr.svg":    s.qr,
		"GET /d/{id}":           s.document,
		"GET /embed":            s.embed,
		"GET /embed.js":         s.embedScript,
		"GET /static/{name}":    s.static,
		"GET /opensearch.xml":   s.openSearch,
		"GET /robots.txt":       s.robots,
		"GET /api/ask":          s.apiAsk,
		"GET /api/entries":      s.apiEntries,
		"GET /api/entries/{id}": s.apiEntry,
		"GET /api/openapi.json": s.openAPI,
		"GET /":                 s.notFound,
	} {
		mux.HandleFunc(pattern, h)
	}
	return s.guard(mux)
}
