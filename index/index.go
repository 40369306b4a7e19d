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
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"

	"github.com/frontdesk-care/frontdesk/corpus"
)

const (
	field       = "words" // the entry's own words and the ways people ask
	termsByName = "terms" // the analyser for text that Terms has cut already
	scoring     = "bm25"  // bleve's name for it; only scorch honours it
	separator   = " "     // between terms that bleve is handed
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
