package index

import (
	"context"
	"fmt"
	"slices"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// What a search may cost.
const (
	maxTerms = 8 // of a question; the rarest are kept, see rarest
	minTerms = 3 // of a question; so many are searched however common they are
)

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
	if err := x.hold(ctx); err != nil {
		return nil, err
	}
	defer x.mu.RUnlock()
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

// hold keeps the index open until mu is unlocked, once it is built.
func (x *Index) hold(ctx context.Context) error {
	if err := x.Wait(ctx); err != nil {
		return err
	}
	x.mu.RLock()
	if x.closed {
		x.mu.RUnlock()
		return bleve.ErrorIndexClosed
	}
	return nil
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

// Complete returns at most n known terms that begin with this one, commonest first.
func (x *Index) Complete(ctx context.Context, term string, n int) ([]string, error) {
	if term == "" || n <= 0 {
		return nil, nil
	}
	found, err := x.dictionary(ctx, func(r bleveindex.IndexReader) (bleveindex.FieldDict, error) {
		return r.FieldDictPrefix(field, []byte(term))
	})
	return found[:min(n, len(found))], err
}

// dictionary lists the terms that open selects, the commonest first. open may return nil for none.
func (x *Index) dictionary(ctx context.Context, open func(bleveindex.IndexReader) (bleveindex.FieldDict, error)) ([]string, error) {
	if err := x.hold(ctx); err != nil {
		return nil, err
	}
	defer x.mu.RUnlock()
	adv, err := x.bleve.Advanced()
	if err != nil {
		return nil, fmt.Errorf("opening the index: %w", err)
	}
	r, err := adv.Reader()
	if err != nil {
		return nil, fmt.Errorf("reading the index: %w", err)
	}
	defer r.Close()
	dict, err := open(r)
	if err != nil {
		return nil, fmt.Errorf("looking up words: %w", err)
	}
	if dict == nil {
		return nil, nil
	}
	defer dict.Close()
	var terms []string
	for e, err := dict.Next(); e != nil || err != nil; e, err = dict.Next() {
		if err != nil {
			return nil, fmt.Errorf("looking up words: %w", err)
		}
		terms = append(terms, e.Term)
	}
	slices.SortStableFunc(terms, func(a, b string) int { return x.counts[b] - x.counts[a] })
	return terms, nil
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
