package bot_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/corpus"
)

// BenchmarkWorst looks for the questions that cost most, as somebody would who
// means harm: it changes the dearest ones that it knows, and keeps what costs more.
// Each step of the benchmark is one try; -benchtime 5000x is enough.
func BenchmarkWorst(b *testing.B) {
	desk, c := real()
	for name, do := range map[string]func(string){
		"ask":    func(q string) { desk.Ask(context.Background(), q) },
		"search": func(q string) { desk.Search(context.Background(), q, 6) },
	} {
		b.Run(name, func(b *testing.B) {
			h := newHarm(c, do)
			for b.Loop() {
				h.try()
			}
			worst, q := h.cost(20, h.worst().text), h.worst().text
			ordinary := h.cost(1000, "do i have to pay")
			b.ReportMetric(float64(worst.Microseconds()), "worst-µs")
			b.ReportMetric(float64(worst)/float64(ordinary), "times-ordinary")
			b.Logf("%d bytes: %.300q", len(q), q)
		})
	}
}

// known is how many questions a search for harm keeps; longest is the longest, in
// bytes: over HTTP no longer one comes in, and elsewhere only both ends count.
const (
	known   = 20
	longest = 16 << 10
)

type question struct {
	pieces []string
	text   string
	took   time.Duration
}

type harm struct {
	do     func(string)
	random *rand.Rand
	words  []string
	best   []question
}

func newHarm(c *corpus.Corpus, do func(string)) *harm {
	h := &harm{do: do, random: rand.New(rand.NewPCG(1, 2))}
	for _, e := range c.Entries() {
		for _, a := range e.Asked {
			h.words = append(h.words, strings.Fields(a.Text)...)
		}
	}
	for range known {
		var pieces []string
		for range 1 + h.random.IntN(150) {
			pieces = append(pieces, h.piece())
		}
		h.keep(pieces)
	}
	return h
}

func (h *harm) worst() question { return h.best[0] }

// cost is the shortest of n times: the rest is other programs' doing.
func (h *harm) cost(n int, text string) time.Duration {
	least := time.Duration(1<<63 - 1)
	for range n {
		at := time.Now()
		h.do(text)
		least = min(least, time.Since(at))
	}
	return least
}

func (h *harm) keep(pieces []string) {
	text := strings.Join(pieces, " ")
	q := question{pieces, text[:min(len(text), longest)], 0}
	q.took = h.cost(4, q.text)
	h.best = append(h.best, q)
	slices.SortFunc(h.best, func(a, b question) int { return int(b.took - a.took) })
	h.best = h.best[:min(len(h.best), known)]
}

// try changes a known question in a few places.
func (h *harm) try() {
	pieces := slices.Clone(h.best[h.random.IntN(len(h.best))].pieces)
	for range 1 + h.random.IntN(5) {
		i := h.random.IntN(len(pieces))
		switch h.random.IntN(5) {
		case 0:
			pieces = slices.Insert(pieces, i, h.piece())
		case 1:
			pieces = slices.Concat(pieces[:i], pieces[i:min(len(pieces), i+50)], pieces[i:]) // some of it twice
		case 2:
			other := h.best[h.random.IntN(len(h.best))].pieces
			pieces = slices.Concat(pieces[:i+1], other[h.random.IntN(len(other)):])
		default:
			pieces[i] = h.piece()
		}
	}
	h.keep(pieces[:min(len(pieces), 3000)])
}

// piece is a word, known, misspelt or made up, of any script, or what stands between words.
func (h *harm) piece() string {
	const signs = "abcdefghijklmnopqrstuvwxyz'?.,éжب愛ﷺ\u200b\u0301😀 "
	word := h.words[h.random.IntN(len(h.words))]
	switch h.random.IntN(6) {
	case 0:
		at := h.random.IntN(len(word))
		return word[:at] + "q" + word[at:]
	case 1:
		return h.letters(signs[:26], 2+h.random.IntN(40))
	case 2:
		return h.letters(signs, 2+h.random.IntN(40))
	case 3:
		return []string{". ", ", ", "and", "?", "\n", "&", "!!", "by the way"}[h.random.IntN(8)]
	case 4:
		return word[:1]
	}
	return word
}

func (h *harm) letters(from string, n int) string {
	letters := []rune(from)
	out := make([]rune, n)
	for i := range out {
		out[i] = letters[h.random.IntN(len(letters))]
	}
	return string(out)
}
