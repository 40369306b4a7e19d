package bot

import (
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/frontdesk-care/frontdesk/bot/rank"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// A judge holds what was learnt from the ways of asking: whether a message
// sounds like an emergency, which one, and which entry it asks for otherwise.
type judge struct {
	words  *rank.Vocabulary
	alarm  *rank.Model // classes calm and alarmed; nil without urgent entries
	urgent classes
	calm   classes // every entry that is no emergency
}

// The classes of judge.alarm.
const (
	calmClass = iota
	alarmClass
)

// classes is a model whose classes are entries.
type classes struct {
	model  *rank.Model
	ids    []string
	number map[string]int
}

// ranked is an entry and how likely it is the one asked for, in [0,1].
type ranked struct {
	id string
	p  float64
}

// example is one text to learn from.
type example struct {
	entry *corpus.Entry
	text  string
}

// inParallel calls do for 0 to n-1, on every core.
func inParallel(n int, do func(i int)) {
	workers := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w * n / workers; i < (w+1)*n/workers; i++ {
				do(i)
			}
		})
	}
	wg.Wait()
}

// newJudge learns the three models side by side: together they are most of a start's time.
func newJudge(c *corpus.Corpus, a Analyser) *judge {
	examples := collect(c)
	texts := make([][]string, len(examples))
	inParallel(len(examples), func(i int) { texts[i] = a.Terms(examples[i].text) })
	j := &judge{words: rank.NewVocabulary(texts, groupsOf(c, a))}
	features := make([][]rank.Feature, len(examples))
	inParallel(len(examples), func(i int) { features[i] = j.words.Features(texts[i]) })
	var wg sync.WaitGroup
	wg.Go(func() {
		j.calm = learnClasses(examples, features, j.words.Len(), func(e *corpus.Entry) bool { return e.Kind() != corpus.Urgent })
	})
	wg.Go(func() {
		j.urgent = learnClasses(examples, features, j.words.Len(), func(e *corpus.Entry) bool {
			return e.Kind() == corpus.Urgent && e.ID != corpus.NotUrgentID
		})
		if len(j.urgent.ids) > 0 {
			j.alarm = learnAlarm(examples, features, j.words.Len())
		}
	})
	wg.Wait()
	return j
}

// collect lists every way of asking. Titles and passages count as ways of
// asking, too: people paste them.
func collect(c *corpus.Corpus) []example {
	var out []example
	for _, e := range c.Entries() {
		for _, q := range e.Asked {
			out = append(out, example{e, q.Text})
		}
		if e.ID == corpus.NotUrgentID || e.Kind() == corpus.Unknown {
			continue
		}
		out = append(out, example{e, e.Title})
		if e.Quote != "" {
			out = append(out, example{e, e.Quote}, example{e, e.Note})
		}
	}
	return out
}

func learnClasses(all []example, features [][]rank.Feature, size int, use func(*corpus.Entry) bool) classes {
	c := classes{number: map[string]int{}}
	var examples []rank.Example
	for i, e := range all {
		if !use(e.entry) {
			continue
		}
		n, ok := c.number[e.entry.ID]
		if !ok {
			n = len(c.ids)
			c.number[e.entry.ID] = n
			c.ids = append(c.ids, e.entry.ID)
		}
		examples = append(examples, rank.Example{Features: features[i], Class: n})
	}
	c.model = rank.Learn(examples, size, len(c.ids))
	return c
}

func learnAlarm(all []example, features [][]rank.Feature, size int) *rank.Model {
	examples := make([]rank.Example, len(all))
	for i, e := range all {
		class := calmClass
		if e.entry.Kind() == corpus.Urgent && e.entry.ID != corpus.NotUrgentID {
			class = alarmClass
		}
		examples[i] = rank.Example{Features: features[i], Class: class}
	}
	return rank.Learn(examples, size, alarmClass+1)
}

// groupsOf maps terms, and pairs of them, to the groups of like words.
func groupsOf(c *corpus.Corpus, a Analyser) map[string][]string {
	groups := map[string][]string{}
	for _, g := range c.Groups {
		for _, w := range g.Words {
			terms := a.Terms(w)
			if len(terms) == 0 || len(terms) > 2 {
				continue
			}
			key := strings.Join(terms, " ")
			if !slices.Contains(groups[key], g.Name) {
				groups[key] = append(groups[key], g.Name)
			}
		}
	}
	return groups
}

// rank sorts the entries by how likely each is the one asked for. Only those in
// among count, unless it is nil.
func (c *classes) rank(features []rank.Feature, among []string) []ranked {
	probs := make([]float32, len(c.ids))
	c.model.Probabilities(features, probs)
	out := make([]ranked, 0, len(c.ids))
	if among == nil {
		for i, p := range probs {
			out = append(out, ranked{c.ids[i], float64(p)})
		}
	} else {
		for _, id := range among {
			if n, ok := c.number[id]; ok {
				out = append(out, ranked{id, float64(probs[n])})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b ranked) int {
		switch {
		case a.p > b.p:
			return -1
		case a.p < b.p:
			return 1
		}
		return strings.Compare(a.id, b.id)
	})
	return out
}

// alarmed is how likely the text is an emergency, in [0,1].
func (j *judge) alarmed(features []rank.Feature) float64 {
	if j.alarm == nil {
		return 0
	}
	var probs [alarmClass + 1]float32
	j.alarm.Probabilities(features, probs[:])
	return float64(probs[alarmClass])
}
