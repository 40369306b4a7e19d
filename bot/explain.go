package bot

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/frontdesk-care/frontdesk/bot/rank"
)

// An Explanation says why a question got its reply: which words led to which
// entries, and which cut-off was passed.
type Explanation struct {
	Reply  Reply
	Parts  []PartExplained // the whole message first, then its sentences
	Decide int             // the part that decided
	Why    string
}

// PartExplained is what was made of a message, or of one part of it.
type PartExplained struct {
	Text       string
	Terms      []string // as the index compares them
	Corrected  []string // likewise, after misspelt ones were replaced
	Alarm      float64  // how likely it is an emergency, in [0,1]
	AlarmCut   float64  // from which on it is treated as one
	AlarmWords []WordWeight
	Entries    []EntryExplained // the likeliest, best first
}

// EntryExplained is an entry that was weighed.
type EntryExplained struct {
	ID    string
	Share float64 // how likely it is the one asked for, in [0,1]
	Words []WordWeight
}

// A WordWeight is how strongly a word, or two neighbours, spoke for something:
// above zero for, below zero against. Weights of one entry add up to its score.
type WordWeight struct {
	Word   string
	Weight float64
}

// How much of an explanation a person can take in.
const (
	explainedEntries = 5
	explainedWords   = 6
)

// Explain answers a question and says how the answer came about.
func (b *Bot) Explain(ctx context.Context, question string) (Explanation, error) {
	v, err := b.weigh(ctx, question)
	if err != nil {
		return Explanation{}, fmt.Errorf("explaining a reply: %w", err)
	}
	x := Explanation{Reply: b.compose(question, v), Decide: v.trace.decide, Why: v.trace.why}
	for i, p := range v.trace.parts {
		x.Parts = append(x.Parts, b.explainPart(p, i == 0, v.kind == Urgent))
	}
	return x, nil
}

func (b *Bot) explainPart(p part, whole, urgent bool) PartExplained {
	words := b.judge.words.Words(p.terms)
	x := PartExplained{Text: p.text, Terms: p.typed, Corrected: p.terms, Alarm: p.alarm, AlarmCut: alarmPart}
	if whole {
		x.AlarmCut = alarmWhole
	}
	if n, ok := b.judge.alarm.number[alarmed]; ok {
		x.AlarmWords = strongest(words, p.features, b.judge.alarm.model.Why(p.features, n))
	}
	among, ranking := &b.judge.calm, p.ranking
	if urgent {
		among, ranking = &b.judge.sorts, p.emergencies
	}
	for _, r := range ranking[:min(explainedEntries, len(ranking))] {
		why := among.model.Why(p.features, among.number[r.id])
		x.Entries = append(x.Entries, EntryExplained{r.id, r.p, strongest(words, p.features, why)})
	}
	return x
}

// strongest adds up the weights of each word and keeps those that count most.
func strongest(words map[int32]string, features []rank.Feature, weights []float32) []WordWeight {
	sums := map[string]float64{}
	for i, f := range features {
		sums[words[f.ID]] += float64(weights[i])
	}
	out := make([]WordWeight, 0, len(sums))
	for w, s := range sums {
		out = append(out, WordWeight{w, s})
	}
	slices.SortFunc(out, func(a, b WordWeight) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)), cmp.Compare(a.Word, b.Word))
	})
	return out[:min(explainedWords, len(out))]
}
