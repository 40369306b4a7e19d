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
	maxTerms    = 8  // of a question; the rarest are kept, see rarest
	minTerms    = 3  // of a question; so many are searched however common they are
	maxFuzzed   = 3  // unknown words of a question that are looked up, about 40 us each
	fuzzyMin    = 4  // letters: shorter words have too many neighbours
	fuzzyMax    = 24 // bytes: no longer word is misspelt so often that it is worth the cost, which grows with it
	fuzzyPrefix = 1  // letters that must agree: people rarely miss the first
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

// known tells whether any entry holds the term.
func (x *Index) known(term string) bool { return x.counts[term] > 0 }

// Correct replaces terms that no entry holds with the known term that is one
// letter away, the commonest where there are several. Exact terms cost nothing;
// at most maxFuzzed are looked up, and the rest stays as it is.
func (x *Index) Correct(ctx context.Context, terms []string) ([]string, error) {
	var fixed []string
	looked := 0
	for i, t := range terms {
		if x.known(t) || looked == maxFuzzed || len(t) < fuzzyMin || len(t) > fuzzyMax || !isLetters(t) || ctx.Err() != nil {
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

// nearest is the commonest known term one letter away, or empty.
func (x *Index) nearest(ctx context.Context, term string) (string, error) {
	near, err := x.dictionary(ctx, func(r bleveindex.IndexReader) (bleveindex.FieldDict, error) {
		fuzzy, ok := r.(bleveindex.IndexReaderFuzzy)
		if !ok {
			return nil, nil
		}
		return fuzzy.FieldDictFuzzy(field, term, 1, term[:fuzzyPrefix])
	})
	if err != nil || len(near) == 0 {
		return "", err
	}
	return near[0], nil
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
