package bot

import (
	"context"
	"slices"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/rank"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// The cut-offs. All were set on five-fold cross-validation over the ways of
// asking and the blind question sets; docs/performance.md has the figures.
const (
	alarmWhole  = 0.40 // a whole message this likely to be an emergency is treated as one
	alarmPart   = 0.85 // a part of a message needs more: the rest may say "in 2015" or "training"
	alarmWords  = 5    // a part has at least so many words: fewer mean little on their own
	sure        = 0.25 // the best entry is given as the answer from here on
	ahead       = 0.10 // or from here on, when the next one is not close
	rival       = 0.60 // of the best one's likelihood: a next one above that is close
	unsure      = 0.06 // the choices of a clarifying reply reach down to here
	doubt       = 0.50 // of the likelier one: an answer and the honest no this close together make the bot ask
	sureOfPart  = 0.50 // a part of a message adds a second answer from here on
	candidates  = 40   // entries that the index finds for the ranking
	maxChoices  = 3    // of a clarifying reply
	maxOthers   = 2    // entries offered beside an answer
	maxPassages = 3    // different answers to one message
)

// verdict is what the bot decided, before it is put in words.
type verdict struct {
	kind        Kind
	ids         []string // entries to show, best first
	likelihood  float64  // that this is right, as the models see it, in [0,1]
	suggestions []string
	trace       *trace
}

// part is a message, or one sentence of it.
type part struct {
	text        string
	typed       []string // its terms
	terms       []string // the same, with misspelt ones replaced
	features    []rank.Feature
	alarm       float64
	emergencies []ranked // best first
	ranking     []ranked
}

// trace keeps what led to a verdict, for people who ask why.
type trace struct {
	parts  []part // the whole message first
	decide int    // the part that decided
	why    string
}

// patience is how long a question may take, a thousand times longer than one
// does; only a machine in trouble needs it.
const patience = time.Second

// weigh decides what a question gets. An alarm needs no index, so an error means
// that there is none.
func (b *Bot) weigh(ctx context.Context, question string) (verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tr := &trace{}
	for _, text := range append([]string{question}, split(question)...) {
		tr.parts = append(tr.parts, part{text: text, typed: b.index.Terms(text)})
	}
	for i := range tr.parts {
		p := &tr.parts[i]
		p.terms = b.index.Correct(p.typed)
		p.features = b.judge.words.Features(p.terms)
		p.alarm, p.emergencies = b.judge.weighAlarm(p.features)
	}
	if v, urgent := b.weighAlarm(tr); urgent {
		return v, nil
	}
	if p := b.sweep(question); len(p.terms) > 0 {
		tr.parts = append(tr.parts, p)
		return alarm(tr, len(tr.parts)-1), nil
	}
	for i := range tr.parts {
		p := &tr.parts[i]
		if !b.judge.reads(p) {
			continue
		}
		found, err := b.index.Find(ctx, p.terms, candidates)
		if err != nil {
			return verdict{trace: tr}, err
		}
		p.ranking = b.judge.weighCalm(p.features, found)
	}
	return b.weighCalm(tr), nil
}

// weighAlarm looks for an emergency in the whole message and in each part of it.
func (b *Bot) weighAlarm(tr *trace) (verdict, bool) {
	worst, found := 0, tr.parts[0].alarm >= alarmWhole
	for i, p := range tr.parts[1:] {
		if p.alarm >= alarmPart && len(p.terms) >= alarmWords && p.alarm > tr.parts[worst].alarm {
			worst, found = i+1, true
		}
	}
	if !found {
		return verdict{}, false
	}
	return alarm(tr, worst), true
}

// alarm is the verdict that one part of the message is an emergency.
func alarm(tr *trace, i int) verdict {
	p := tr.parts[i]
	tr.decide, tr.why = i, "it may be an emergency"
	return verdict{kind: Urgent, ids: []string{p.emergencies[0].id}, likelihood: p.alarm, trace: tr}
}

// weighCalm decides on a message that is no emergency.
func (b *Bot) weighCalm(tr *trace) verdict {
	tr.decide = b.deciding(tr.parts)
	ranking := tr.parts[tr.decide].ranking
	if len(ranking) == 0 {
		tr.why = "too few of its words are known"
		return b.no(tr, nil, b.corpus.Reserved(corpus.UnknownID).ID, 1)
	}
	top := ranking[0]
	kind := b.kindOf(top.id)
	answer, no := b.likeliest(ranking)
	switch {
	case kind == Unknown && (answer < doubt*no || answer < unsure):
		tr.why = "it looks like what the texts do not answer"
		return b.no(tr, ranking, top.id, top.p)
	case kind == Unknown, kind != Smalltalk && no >= doubt*answer:
		tr.why = "it may well be what the texts do not answer"
		return b.clarify(tr, ranking)
	case !b.isSure(ranking):
		tr.why = "no entry is above the cut-off, but some come close"
		return b.clarify(tr, ranking)
	}
	tr.why = "the best entry is above the cut-off"
	v := verdict{kind: kind, ids: []string{top.id}, likelihood: top.p, trace: tr}
	b.addParts(&v, tr)
	if kind == Answer {
		v.suggestions = b.others(ranking, v.ids, maxOthers, 0)
	}
	return v
}

// likeliest gives the likelihood of the best entry that answers or signposts, and
// of the best honest no; 0 where there is none.
func (b *Bot) likeliest(ranking []ranked) (answer, no float64) {
	for _, r := range ranking {
		if b.leads(r.id) {
			answer = max(answer, r.p)
		} else if b.kindOf(r.id) == Unknown {
			no = max(no, r.p)
		}
	}
	return answer, no
}

// isSure tells whether the best entry can be given as the answer. Two signposts
// are no rivals: what they say overlaps, and each says where else to ask.
func (b *Bot) isSure(ranking []ranked) bool {
	top := ranking[0]
	if top.p >= sure {
		return true
	}
	signpost := b.kindOf(top.id) == Signpost
	next := slices.IndexFunc(ranking[1:], func(r ranked) bool { return !signpost || b.kindOf(r.id) != Signpost })
	return top.p >= ahead && (next < 0 || ranking[1+next].p <= rival*top.p)
}

// deciding is the part that a reply follows. That is the whole message, unless
// it leads nowhere and one part of it clearly asks for a statement, or it looks
// out of scope and two parts clearly ask for two.
func (b *Bot) deciding(parts []part) int {
	needed := 1
	if whole := parts[0].ranking; len(whole) > 0 && b.isSure(whole) {
		if b.kindOf(whole[0].id) != Unknown {
			return 0
		}
		needed = 2
	}
	best, likelihood := 0, 0.0
	asked := map[string]bool{}
	for i, p := range parts[1:] {
		if len(p.ranking) == 0 || p.ranking[0].p < sureOfPart || b.kindOf(p.ranking[0].id) != Answer {
			continue
		}
		asked[p.ranking[0].id] = true
		if p.ranking[0].p > likelihood {
			best, likelihood = i+1, p.ranking[0].p
		}
	}
	if len(asked) < needed {
		return 0
	}
	return best
}

// addParts adds the answers of a message that asks two things.
func (b *Bot) addParts(v *verdict, tr *trace) {
	for _, p := range tr.parts[1:] {
		if len(v.ids) == maxPassages || len(p.ranking) == 0 {
			continue
		}
		top := p.ranking[0]
		if top.p >= sureOfPart && b.leads(top.id) && !b.covers(v.ids, top.id) {
			v.ids = append(v.ids, top.id)
		}
	}
}

// covers tells whether the entries hold this one, or an overview of it.
func (b *Bot) covers(ids []string, id string) bool {
	for _, have := range ids {
		if have == id || slices.Contains(b.corpus.Entry(have).Shows, id) {
			return true
		}
	}
	return false
}

// clarify offers the likeliest entries to choose from or, with none, says the honest no.
func (b *Bot) clarify(tr *trace, ranking []ranked) verdict {
	v := verdict{kind: Clarify, trace: tr}
	for _, r := range ranking {
		if r.p >= unsure && len(v.suggestions) < maxChoices && b.leads(r.id) {
			v.suggestions = append(v.suggestions, r.id)
			v.likelihood += r.p
		}
	}
	if len(v.suggestions) == 0 {
		tr.why = "no entry is likely enough"
		return b.no(tr, ranking, b.corpus.Reserved(corpus.UnknownID).ID, 1-ranking[0].p)
	}
	v.ids = v.suggestions[:1]
	return v
}

// no is an honest no, with a few things that can be answered.
func (b *Bot) no(tr *trace, ranking []ranked, id string, likelihood float64) verdict {
	v := verdict{kind: Unknown, ids: []string{id}, likelihood: likelihood, trace: tr}
	v.suggestions = b.others(ranking, v.ids, maxChoices, unsure)
	for _, e := range b.overviews {
		if len(v.suggestions) < maxChoices && !slices.Contains(v.suggestions, e.ID) {
			v.suggestions = append(v.suggestions, e.ID)
		}
	}
	return v
}

// others are at most n of the next best statements that are at least so likely.
func (b *Bot) others(ranking []ranked, not []string, n int, least float64) []string {
	var out []string
	for _, r := range ranking {
		if len(out) == n || r.p < least {
			break
		}
		if b.kindOf(r.id) == Answer && !b.covers(not, r.id) {
			out = append(out, r.id)
		}
	}
	return out
}

func (b *Bot) kindOf(id string) Kind { return replyKind(b.corpus.Entry(id).Kind()) }

// leads tells whether the entry answers or signposts, so that it can be one of several answers or choices.
func (b *Bot) leads(id string) bool {
	k := b.kindOf(id)
	return k == Answer || k == Signpost
}
