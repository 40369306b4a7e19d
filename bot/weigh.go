package bot

import (
	"context"

	"github.com/frontdesk-care/frontdesk/bot/rank"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// The cut-offs. All were set on five-fold cross-validation over the ways of
// asking and two blind question sets; docs/performance.md has the figures.
const (
	alarmWhole  = 0.50 // a whole message this likely to be an emergency is treated as one
	alarmPart   = 0.80 // a part of a message needs more: the rest may say "in 2015" or "training"
	sure        = 0.22 // the best entry is given as the answer from here on
	unsure      = 0.08 // the choices of a clarifying reply reach down to here
	sureOfPart  = 0.60 // a part of a message adds a second answer from here on
	candidates  = 40   // entries that the index finds for the ranking
	maxChoices  = 3    // of a clarifying reply
	maxPassages = 3    // different answers to one message
	maxParts    = 12   // of a message that are looked at on their own
)

// verdict is what the bot decided, before it is put in words.
type verdict struct {
	kind        Kind
	ids         []string // entries to show, best first
	confidence  float64
	suggestions []string
	trace       *trace
}

// part is a message, or one sentence of it.
type part struct {
	text     string
	terms    []string
	features []rank.Feature
	alarm    float64
	ranking  []ranked
}

// trace keeps what led to a verdict, for people who ask why.
type trace struct {
	parts  []part // the whole message first
	decide int    // the part that decided
	why    string
}

// weigh decides what a question gets. After an error the verdict holds as far as it goes: an alarm needs no index.
func (b *Bot) weigh(ctx context.Context, question string) (verdict, error) {
	tr := &trace{}
	for _, text := range append([]string{question}, split(question)...) {
		tr.parts = append(tr.parts, part{text: text, terms: b.index.Terms(text)})
	}
	var failed error
	for i := range tr.parts {
		p := &tr.parts[i]
		terms, err := b.index.Correct(ctx, p.terms)
		if err != nil {
			failed = err
		}
		p.terms = terms
		p.features = b.judge.words.Features(p.terms)
		p.alarm = b.judge.alarmed(p.features)
	}
	if v, urgent := b.weighAlarm(tr); urgent {
		return v, failed
	}
	for i := range tr.parts {
		p := &tr.parts[i]
		found, err := b.index.Find(ctx, p.terms, candidates)
		if err != nil {
			return verdict{trace: tr}, err
		}
		p.ranking = b.judge.calm.rank(p.features, found)
	}
	return b.weighCalm(tr), failed
}

// weighAlarm looks for an emergency in the whole message and in each part of it.
func (b *Bot) weighAlarm(tr *trace) (verdict, bool) {
	worst, found := 0, false
	for i, p := range tr.parts {
		cut := alarmPart
		if i == 0 {
			cut = alarmWhole
		}
		if p.alarm >= cut && (!found || p.alarm > tr.parts[worst].alarm) {
			worst, found = i, true
		}
	}
	if !found {
		return verdict{}, false
	}
	p := &tr.parts[worst]
	p.ranking = b.judge.urgent.rank(p.features, nil)
	tr.decide, tr.why = worst, "it may be an emergency"
	return verdict{kind: Urgent, ids: []string{p.ranking[0].id}, confidence: p.alarm, trace: tr}, true
}

func (b *Bot) weighCalm(tr *trace) verdict {
	whole := tr.parts[0].ranking
	best := 0
	for i, p := range tr.parts[1:] {
		if len(p.ranking) == 0 || b.kindOf(p.ranking[0].id) != Answer {
			continue
		}
		if cur := tr.parts[best].ranking; len(cur) == 0 || cur[0].p < sure && p.ranking[0].p > cur[0].p && p.ranking[0].p >= sureOfPart {
			best = i + 1
		}
	}
	tr.decide = best
	ranking := tr.parts[best].ranking
	if len(ranking) == 0 {
		tr.why = "no entry shares a word with it"
		return b.no(tr, whole, 0)
	}
	top := ranking[0]
	kind := b.kindOf(top.id)
	switch {
	case kind == Unknown && top.p >= unsure:
		tr.why = "it looks like what the texts do not answer"
		v := b.no(tr, whole, top.p)
		v.ids = []string{top.id}
		return v
	case top.p >= sure:
		tr.why = "the best entry is above the cut-off"
		v := verdict{kind: kind, ids: []string{top.id}, confidence: top.p, trace: tr}
		b.addParts(&v, tr)
		v.suggestions = b.others(ranking, v.ids, 2)
		return v
	default:
		return b.clarify(tr, ranking)
	}
}

// addParts adds the answers of a message that asks two things.
func (b *Bot) addParts(v *verdict, tr *trace) {
	for _, p := range tr.parts[1:] {
		if len(v.ids) == maxPassages || len(p.ranking) == 0 {
			continue
		}
		top := p.ranking[0]
		if k := b.kindOf(top.id); top.p < sureOfPart || k != Answer && k != Signpost {
			continue
		}
		if !b.covers(v.ids, top.id) {
			v.ids = append(v.ids, top.id)
		}
	}
}

// covers tells whether the entries hold this one, or an overview of it.
func (b *Bot) covers(ids []string, id string) bool {
	for _, have := range ids {
		if have == id {
			return true
		}
		for _, shown := range b.corpus.Entry(have).Shows {
			if shown == id {
				return true
			}
		}
	}
	return false
}

func (b *Bot) clarify(tr *trace, ranking []ranked) verdict {
	v := verdict{kind: Clarify, trace: tr}
	for _, r := range ranking {
		k := b.kindOf(r.id)
		if r.p < unsure || len(v.suggestions) == maxChoices {
			break
		}
		if k == Answer || k == Signpost {
			v.suggestions = append(v.suggestions, r.id)
			v.confidence += r.p
		}
	}
	if len(v.suggestions) == 0 {
		tr.why = "no entry is likely enough"
		return b.no(tr, ranking, 1-ranking[0].p)
	}
	tr.why = "no entry is above the cut-off, but some come close"
	v.ids = v.suggestions[:1]
	return v
}

// no is the honest no, with a few things that can be answered.
func (b *Bot) no(tr *trace, ranking []ranked, confidence float64) verdict {
	v := verdict{kind: Unknown, ids: []string{b.corpus.Reserved(corpus.UnknownID).ID}, confidence: confidence, trace: tr}
	v.suggestions = b.others(ranking, v.ids, maxChoices)
	return v
}

// others are the next best statements, to be offered beside an answer.
func (b *Bot) others(ranking []ranked, not []string, n int) []string {
	var out []string
	for _, r := range ranking {
		if len(out) == n {
			break
		}
		if b.kindOf(r.id) == Answer && !b.covers(not, r.id) {
			out = append(out, r.id)
		}
	}
	return out
}

func (b *Bot) kindOf(id string) Kind { return replyKind(b.corpus.Entry(id).Kind()) }
