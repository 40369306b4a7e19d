package eval

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// A Report is what a run measured.
type Report struct {
	Questions   int         `json:"questions"`
	Measures    []Measure   `json:"measures"`
	Calibration []Bin       `json:"calibration"`
	Latency     Latency     `json:"latency"`
	Confusions  []Confusion `json:"confusions"`
	Misses      []Miss      `json:"misses"`
}

// A Measure is a share of questions, and the least that the project promises.
type Measure struct {
	Name  string  `json:"name"`
	Right int     `json:"right"`
	Of    int     `json:"of"`
	Least float64 `json:"least"` // a share in [0,1]; 0 where nothing is promised
}

// Share is Right of Of, 1 when there was nothing to measure.
func (m Measure) Share() float64 {
	if m.Of == 0 {
		return 1
	}
	return float64(m.Right) / float64(m.Of)
}

// Met tells whether the promise is kept.
func (m Measure) Met() bool { return m.Share() >= m.Least }

// A Bin is the replies whose confidence lies in [From, To).
type Bin struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Mean  float64 `json:"mean"` // of the confidence
	Right int     `json:"right"`
	Of    int     `json:"of"`
}

// Latency is how long replies took, in microseconds.
type Latency struct {
	P50 float64 `json:"p50_us"`
	P90 float64 `json:"p90_us"`
	P99 float64 `json:"p99_us"`
	Max float64 `json:"max_us"`
}

// A Confusion counts the replies of one kind to questions of another.
type Confusion struct {
	Label string   `json:"label"`
	Kind  bot.Kind `json:"kind"`
	Of    int      `json:"of"`
}

// A Miss is a question that got the wrong reply.
type Miss struct {
	Q          string   `json:"q"`
	Label      string   `json:"label"`
	IDs        []string `json:"ids"`
	Kind       bot.Kind `json:"kind"`
	Shown      []string `json:"shown"`
	Confidence float64  `json:"confidence"`
}

func newReport(c *corpus.Corpus, outcomes []Outcome) *Report {
	r := &Report{Questions: len(outcomes), Measures: measures(outcomes), Calibration: calibrate(outcomes), Latency: latency(outcomes)}
	r.Measures = append(r.Measures, verbatim(c, outcomes)...)
	counts := map[Confusion]int{}
	for _, o := range outcomes {
		counts[Confusion{Label: o.Kind, Kind: o.Reply.Kind}]++
		if !o.Right() {
			r.Misses = append(r.Misses, Miss{o.Q, o.Kind, o.IDs, o.Reply.Kind, o.shown(), o.Reply.Confidence})
		}
	}
	for k, n := range counts {
		k.Of = n
		r.Confusions = append(r.Confusions, k)
	}
	slices.SortFunc(r.Confusions, func(a, b Confusion) int {
		if a.Label != b.Label {
			return slices.Index(labels, a.Label) - slices.Index(labels, b.Label)
		}
		return b.Of - a.Of
	})
	return r
}

// measures are the project's promises on accuracy; the least shares are those of its first issue.
func measures(outcomes []Outcome) []Measure {
	first := Measure{Name: "answer: an accepted entry first", Least: 0.90}
	three := Measure{Name: "answer: an accepted entry among the first three", Least: 0.97}
	notWrong := Measure{Name: "answer: not answered with a wrong entry", Least: 0.95}
	unknown := Measure{Name: "unknown: not answered, not signposted", Least: 0.95}
	signposted := Measure{Name: "signpost: signposted", Least: 0.92}
	notAnswered := Measure{Name: "signpost: not answered as a statement", Least: 0.98}
	smalltalk := Measure{Name: "smalltalk: recognised", Least: 0.95}
	urgent := Measure{Name: "urgent: recognised", Least: 0.97}
	noAlarm := Measure{Name: "everything else: no false alarm", Least: 0.985}
	inside := Measure{Name: "not-urgent with a question: an accepted entry first"}
	for _, o := range outcomes {
		k := o.Reply.Kind
		switch o.Kind {
		case string(bot.Answer):
			first.count(o.Right())
			three.count(o.acceptedAmong(3))
			notWrong.count(!o.wrongEntry())
		case string(bot.Unknown):
			unknown.count(k != bot.Answer && k != bot.Signpost)
		case string(bot.Signpost):
			signposted.count(k == bot.Signpost)
			notAnswered.count(k != bot.Answer)
		case string(bot.Smalltalk):
			smalltalk.count(k == bot.Smalltalk)
		case string(bot.Urgent):
			urgent.count(k == bot.Urgent)
		case NotUrgent:
			if len(o.IDs) > 0 {
				inside.count(o.Right())
			}
		}
		if o.Kind != string(bot.Urgent) {
			noAlarm.count(k != bot.Urgent)
		}
	}
	return []Measure{first, three, notWrong, unknown, signposted, notAnswered, smalltalk, urgent, noAlarm, inside}
}

func (m *Measure) count(right bool) {
	m.Of++
	if right {
		m.Right++
	}
}

// calibrate sorts the replies that give an entry, or an honest no, by confidence.
func calibrate(outcomes []Outcome) []Bin {
	edges := []float64{0, 0.5, 0.7, 0.85, 0.95, 1.0001}
	bins := make([]Bin, len(edges)-1)
	for i := range bins {
		bins[i] = Bin{From: edges[i], To: min(edges[i+1], 1)}
	}
	for _, o := range outcomes {
		if o.Reply.Kind == bot.Clarify {
			continue
		}
		for i := range bins {
			if o.Reply.Confidence >= edges[i] && o.Reply.Confidence < edges[i+1] {
				bins[i].Of++
				bins[i].Mean += o.Reply.Confidence
				if o.Right() {
					bins[i].Right++
				}
			}
		}
	}
	for i := range bins {
		bins[i].Mean /= max(1, float64(bins[i].Of))
	}
	return bins
}

func latency(outcomes []Outcome) Latency {
	all := make([]time.Duration, len(outcomes))
	for i, o := range outcomes {
		all[i] = o.Took
	}
	slices.Sort(all)
	at := func(share float64) float64 {
		i := min(len(all)-1, int(share*float64(len(all))))
		return float64(all[i].Nanoseconds()) / 1000
	}
	return Latency{P50: at(0.5), P90: at(0.9), P99: at(0.99), Max: at(1)}
}

// verbatim holds every passage, and every word of every text, against the corpus.
func verbatim(c *corpus.Corpus, outcomes []Outcome) []Measure {
	passages := Measure{Name: "every passage byte for byte in the corpus", Least: 1}
	words := Measure{Name: "every word of every text in the corpus", Least: 1}
	said, allowed := map[string]bool{}, map[string]bool{}
	allow := func(texts ...string) {
		for _, t := range texts {
			for _, w := range wordsOf(t) {
				allowed[w] = true
			}
		}
	}
	for _, e := range c.Entries() {
		said[e.Quote], said[e.Note] = true, true
		allow(e.Title, e.Quote, e.Note, e.Document.Title, e.Document.Source)
	}
	allow(c.Phrases.Clarify, c.Phrases.Note, c.Phrases.Source, c.Phrases.Suggestions)
	for _, o := range outcomes {
		for _, p := range o.Reply.Passages {
			passages.count(said[p.Text] && said[p.Note])
		}
		words.count(!slices.ContainsFunc(wordsOf(o.Reply.Text), func(w string) bool { return !allowed[w] }))
	}
	return []Measure{passages, words}
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}
