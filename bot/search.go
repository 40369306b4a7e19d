package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// completions is how many known words a half-typed one is taken for. Each costs a
// look at the index, 30 us; with 8, "what do we say about bl" missed "blame".
const completions = 20

// maxTyped is the longest text, in bytes, that is looked for in titles: one that
// was pasted is in none.
const maxTyped = 1 << 10

// titled puts entries whose title holds what was typed before all others: a likelihood is at most 1.
const titled = 1.0

// Search lists at most n entries that fit what was typed so far, best first: the
// last word may be half typed. What sounds like an emergency lists that first;
// small talk and the honest no are never listed. Nothing typed lists the overviews.
func (b *Bot) Search(ctx context.Context, typed string, n int) ([]Suggestion, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if strings.TrimSpace(typed) == "" {
		return b.suggest(b.overviewIDs(), n), nil
	}
	readings, err := b.readings(ctx, b.index.Terms(typed))
	if err != nil {
		return nil, fmt.Errorf("completing what was typed: %w", err)
	}
	likely := map[string]float64{}
	urgent := ""
	for i, terms := range readings {
		features := b.judge.words.Features(terms)
		if i == 0 { // only what stands there raises the alarm: "fr" is no "frightened"
			if alarm, emergencies := b.judge.weighAlarm(features); alarm >= alarmWhole {
				urgent = emergencies[0].id
			}
		}
		found, err := b.index.Find(ctx, terms, candidates)
		if err != nil {
			return nil, fmt.Errorf("searching for what was typed: %w", err)
		}
		for _, r := range b.judge.weighCalm(features, found) {
			likely[r.id] = max(likely[r.id], r.p)
		}
	}
	ids := b.listable(typed, likely)
	if urgent != "" {
		ids = append([]string{urgent}, ids...)
	}
	return b.suggest(ids, n), nil
}

// readings are what the terms may mean: the last one as it stands, or completed.
func (b *Bot) readings(ctx context.Context, terms []string) ([][]string, error) {
	terms = b.index.Correct(terms)
	if len(terms) == 0 {
		return nil, nil
	}
	last := len(terms) - 1
	completed, err := b.index.Complete(ctx, terms[last], completions)
	readings := [][]string{terms} // as typed comes first
	for _, c := range completed {
		if c != terms[last] {
			readings = append(readings, append(slices.Clone(terms[:last]), c))
		}
	}
	return readings, err
}

// listable sorts the entries that may be listed, those with the typed words in their title first.
func (b *Bot) listable(typed string, likely map[string]float64) []string {
	inTitle := " " + strings.ToLower(strings.TrimSpace(typed[:min(len(typed), maxTyped)]))
	var all []ranked
	for _, e := range b.corpus.Entries() {
		if !b.leads(e.ID) {
			continue
		}
		p := likely[e.ID]
		if len(typed) <= maxTyped && strings.Contains(" "+strings.ToLower(e.Title), inTitle) {
			p += titled
		}
		if p >= unsure {
			all = append(all, ranked{e.ID, p})
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return cmp.Compare(b.p, a.p) })
	ids := make([]string, len(all))
	for i, r := range all {
		ids[i] = r.id
	}
	return ids
}

func (b *Bot) overviewIDs() []string {
	var ids []string
	for _, e := range b.overviews {
		ids = append(ids, e.ID)
	}
	return ids
}

func (b *Bot) suggest(ids []string, n int) []Suggestion {
	all := []Suggestion{}
	for _, id := range ids[:min(n, len(ids))] {
		all = append(all, Suggestion{id, b.corpus.Entry(id).Title})
	}
	return all
}
