package channeltest

import (
	"bytes"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
	"github.com/frontdesk-care/frontdesk/index"
)

// NewBot makes a bot over a folder of documents, and the index that it uses.
func NewBot(t testing.TB, log *slog.Logger, folder fs.FS) (*bot.Bot, *index.Index) {
	t.Helper()
	c, err := corpus.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	x, err := index.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return bot.New(log, c, x), x
}

// Real gives a function that returns a bot over the embedded corpus. It makes the
// bot at the first call only, for that takes a while; call Real once a package.
func Real() func() *bot.Bot {
	return sync.OnceValue(func() *bot.Bot {
		c, err := corpus.Load(corpus.Embedded())
		if err != nil {
			panic(err)
		}
		x, err := index.New(c)
		if err != nil {
			panic(err)
		}
		return bot.New(slog.New(slog.DiscardHandler), c, x)
	})
}

// Written makes a bot from Markdown documents, by file name. They need no honest no.
func Written(t testing.TB, documents map[string]string) *bot.Bot {
	t.Helper()
	folder := fstest.MapFS{"unknown.md": {Data: []byte("---\ntitle: No\nkind: unknown\nphrases:\n  type: Please type.\n---\n\n## No {#unknown}\n\nI cannot answer that.\n\n- who won\n")}}
	for name, text := range documents {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	b, _ := NewBot(t, slog.New(slog.DiscardHandler), folder)
	return b
}

// Log keeps what is written to it, by any number of goroutines, to be read meanwhile.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds to the log. It never fails.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String is all that was written so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Logger writes lines of every level there is into the log.
func (l *Log) Logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug - 8}))
}

// Spoil puts something odd in the place of one value, somewhere in decoded JSON.
func Spoil(r *rand.Rand, v any) any {
	odd := []any{nil, true, "", "x", -1, 0, 1 << 62, 1e300, []any{}, map[string]any{}, "\u0000\u202e", strings.Repeat("free? ", 3000), []any{nil, []any{nil}}}
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 && r.IntN(8) > 0 {
			skip := r.IntN(len(v))
			for k := range v {
				if skip == 0 {
					v[k] = Spoil(r, v[k])
					break
				}
				skip--
			}
			return v
		}
	case []any:
		if len(v) > 0 && r.IntN(4) > 0 {
			i := r.IntN(len(v))
			v[i] = Spoil(r, v[i])
			return v
		}
	}
	return odd[r.IntN(len(odd))]
}
