// Package index is the full-text index over a corpus: which entries share
// words with a question, and which known word a misspelt one may stand for.
//
// It is the only package that imports bleve. Its scores never leave it: they
// compare entries within one search and say nothing of how sure an answer is,
// which is for package bot to decide. Start reading at [New].
package index

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"
	bleveindex "github.com/blevesearch/bleve_index_api"

	"github.com/frontdesk-care/frontdesk/corpus"
)

const (
	field       = "words" // the entry's own words and the ways people ask
	termsByName = "terms" // the analyser for text that Terms has cut already
	scoring     = "bm25"  // bleve's name for it; only scorch honours it
	separator   = " "     // between terms that bleve is handed
	maxTerms    = 8       // of a question; the rarest are kept, see rarest
	minTerms    = 3       // of a question; so many are searched however common they are
	maxFuzzed   = 3       // unknown words of a question that are looked up, about 40 us each
	fuzzyMin    = 4       // letters: shorter words have too many neighbours
	fuzzyPrefix = 1       // letters that must agree: people rarely miss the first
)

// An Index holds one corpus in memory. It is safe for concurrent use.
type Index struct {
	bleve   bleve.Index
	stems   map[string]string // every word of the corpus; read-only after New
	counts  map[string]int    // in how many entries a term occurs
	entries int

	filled chan struct{} // closed when bleve holds all entries
	failed error         // why it does not; read it after filled

	mu     sync.RWMutex // held for reading by searches, for writing by Close
	closed bool
}

// New builds the index of a corpus in memory. Terms works at once; bleve goes on
// building beside the caller, and Find, Correct and [Index.Wait] wait for it.
// The caller closes the index.
func New(c *corpus.Corpus) (*Index, error) {
	m, err := newMapping()
	if err != nil {
		return nil, fmt.Errorf("preparing the index: %w", err)
	}
	b, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("opening the index: %w", err)
	}
	x := &Index{bleve: b, stems: map[string]string{}, counts: map[string]int{}, filled: make(chan struct{})}
	batch, err := x.prepare(c)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("preparing the index: %w", err), b.Close())
	}
	go func() {
		defer close(x.filled)
		x.failed = b.Batch(batch)
	}()
	return x, nil
}

// Wait returns when the index is complete, with the error that kept it from being so.
func (x *Index) Wait(ctx context.Context) error {
	select {
	case <-x.filled:
	case <-ctx.Done():
		return ctx.Err()
	}
	if x.failed != nil {
		return fmt.Errorf("filling the index: %w", x.failed)
	}
	return nil
}

func newMapping() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	m.ScoringModel = scoring
	if err := m.AddCustomAnalyzer(termsByName, map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, err
	}
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	f := bleve.NewTextFieldMapping()
	f.Analyzer = termsByName
	f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = false, false, false, false
	m.DefaultMapping.AddFieldMappingsAt(field, f)
	return m, nil
}

// prepare puts every entry in one batch, which is many times quicker than one by one.
func (x *Index) prepare(c *corpus.Corpus) (*bleve.Batch, error) {
	batch := x.bleve.NewBatch()
	for _, e := range c.Entries() {
		x.entries++
		words := x.learnTerms(e.Title + ". " + e.Quote + ". " + e.Note)
		for _, a := range e.Asked {
			words = append(words, x.learnTerms(a.Text)...)
		}
		if err := batch.Index(e.ID, map[string]any{field: strings.Join(words, separator)}); err != nil {
			return nil, fmt.Errorf("entry %s: %w", e.ID, err)
		}
		for _, t := range distinct(words) {
			x.counts[t]++
		}
	}
	return batch, nil
}

// Find returns the ids of at most n entries that share terms with a question,
// best first. It looks at the rarest terms only when there are many.
func (x *Index) Find(ctx context.Context, terms []string, n int) ([]string, error) {
	var any []query.Query
	for _, t := range x.rarest(terms) {
		q := bleve.NewTermQuery(t)
		q.SetField(field)
		any = append(any, q)
	}
	if len(any) == 0 || n <= 0 {
		return nil, nil
	}
	if err := x.Wait(ctx); err != nil {
		return nil, err
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.closed {
		return nil, bleve.ErrorIndexClosed
	}
	req := bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(any...), n, 0, false)
	res, err := x.bleve.SearchInContext(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("searching the index: %w", err)
	}
	ids := make([]string, len(res.Hits))
	for i, h := range res.Hits {
		ids[i] = h.ID
	}
	return ids, nil
}

// rarest keeps the known terms, each once. Where there are several, terms that
// more than half of the entries hold are left out, and at most maxTerms stay:
// those that fewest entries hold, since they tell most and cost least.
func (x *Index) rarest(terms []string) []string {
	kept := slices.DeleteFunc(distinct(terms), func(t string) bool { return x.counts[t] == 0 })
	slices.SortStableFunc(kept, func(a, b string) int { return x.counts[a] - x.counts[b] })
	n := 0
	for n < len(kept) && n < maxTerms && (n < minTerms || x.counts[kept[n]] <= x.entries/2) {
		n++
	}
	return kept[:n]
}

// Known tells whether any entry holds the term.
func (x *Index) Known(term string) bool { return x.counts[term] > 0 }

// Correct replaces terms that no entry holds with the known term that is one
// letter away, the commonest where there are several. Exact terms cost nothing;
// at most maxFuzzed are looked up, and the rest stays as it is.
func (x *Index) Correct(ctx context.Context, terms []string) ([]string, error) {
	var fixed []string
	looked := 0
	for i, t := range terms {
		if x.Known(t) || looked == maxFuzzed || len(t) < fuzzyMin || !isLetters(t) || ctx.Err() != nil {
			continue
		}
		looked++
		near, err := x.nearest(ctx, t)
		if err != nil {
			return terms, err
		}
		if near == "" {
			continue
		}
		if fixed == nil {
			fixed = slices.Clone(terms)
		}
		fixed[i] = near
	}
	if fixed == nil {
		return terms, nil
	}
	return fixed, nil
}

func (x *Index) nearest(ctx context.Context, term string) (string, error) {
	if err := x.Wait(ctx); err != nil {
		return "", err
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.closed {
		return "", bleve.ErrorIndexClosed
	}
	adv, err := x.bleve.Advanced()
	if err != nil {
		return "", fmt.Errorf("opening the index: %w", err)
	}
	r, err := adv.Reader()
	if err != nil {
		return "", fmt.Errorf("reading the index: %w", err)
	}
	defer r.Close()
	fuzzy, ok := r.(bleveindex.IndexReaderFuzzy)
	if !ok {
		return "", nil
	}
	dict, err := fuzzy.FieldDictFuzzy(field, term, 1, term[:fuzzyPrefix])
	if err != nil {
		return "", fmt.Errorf("looking for a near word: %w", err)
	}
	defer dict.Close()
	best := ""
	for e, err := dict.Next(); e != nil || err != nil; e, err = dict.Next() {
		if err != nil {
			return "", fmt.Errorf("looking for a near word: %w", err)
		}
		if best == "" || x.counts[e.Term] > x.counts[best] {
			best = e.Term
		}
	}
	return best, nil
}

// Close frees the index, once the searches under way are done.
func (x *Index) Close() error {
	<-x.filled
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return nil
	}
	x.closed = true
	return x.bleve.Close()
}

func distinct(terms []string) []string {
	seen := make(map[string]bool, len(terms))
	var out []string
	for _, t := range terms {
		if !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}
