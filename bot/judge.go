package bot

import (
	"cmp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/frontdesk-care/frontdesk/bot/rank"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// A judge holds what was learnt from the ways of asking. Three models look at a
// message: is it an emergency at all; of which sort is it (each emergency is a
// sort of its own, everything else goes by its kind); and for which entry, if
// it is no emergency, does it ask.
type judge struct {
	words *rank.Vocabulary
	alarm classes // calm or alarmed
	sorts classes // ids of urgent entries, and the kinds of the rest
	calm  classes // ids of every entry that is no emergency
}

// The classes of judge.alarm.
const (
	calmly  = "calm"
	alarmed = "alarmed"
)

// classes is a model whose classes have names.
type classes struct {
	model  *rank.Model
	names  []string
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
	var groups map[string][]string
	var wg sync.WaitGroup
	wg.Go(func() { groups = groupsOf(c, a) })
	inParallel(len(examples), func(i int) { texts[i] = a.Terms(examples[i].text) })
	wg.Wait()
	j := &judge{words: rank.NewVocabulary(texts, groups)}
	features := make([][]rank.Feature, len(examples))
	inParallel(len(examples), func(i int) { features[i] = j.words.Features(texts[i]) })
	learn := func(name func(*corpus.Entry) string) classes {
		return learnClasses(examples, features, j.words.Len(), name)
	}
	wg.Go(func() { j.calm = learn(calmName) })
	wg.Go(func() { j.alarm = learn(alarmName) })
	wg.Go(func() { j.sorts = learn(sortName) })
	wg.Wait()
	return j
}

// isAlarm tells whether the entry is an emergency's.
func isAlarm(e *corpus.Entry) bool { return e.Kind() == corpus.Urgent && e.ID != corpus.NotUrgentID }

func alarmName(e *corpus.Entry) string {
	if isAlarm(e) {
		return alarmed
	}
	return calmly
}

func sortName(e *corpus.Entry) string {
	if isAlarm(e) {
		return e.ID
	}
	return kindPrefix + string(e.Kind())
}

// kindPrefix marks the sorts that are no entry: an id has no space in it.
const kindPrefix = "kind "

// calmName leaves emergencies out, and what only sounds like one: it says nothing of what is asked.
func calmName(e *corpus.Entry) string {
	if e.Kind() == corpus.Urgent {
		return ""
	}
	return e.ID
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

// learnClasses learns to tell entries apart by the names that they are given; those without a name are left out.
func learnClasses(all []example, features [][]rank.Feature, size int, name func(*corpus.Entry) string) classes {
	c := classes{number: map[string]int{}}
	examples := make([]rank.Example, 0, len(all))
	for i, e := range all {
		key := name(e.entry)
		if key == "" {
			continue
		}
		n, ok := c.number[key]
		if !ok {
			n = len(c.names)
			c.number[key] = n
			c.names = append(c.names, key)
		}
		examples = append(examples, rank.Example{Features: features[i], Class: n})
	}
	c.model = rank.Learn(examples, size, len(c.names))
	return c
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

// probabilities gives each class a number in [0,1], in the order of names.
func (c *classes) probabilities(features []rank.Feature) []float32 {
	probs := make([]float32, len(c.names))
	c.model.Probabilities(features, probs)
	return probs
}

// weighAlarm is how likely the text is an emergency, in [0,1], and which entries fit
// it, best first. Two models have half a say each: one that only tells
// emergencies from the rest, and one that must say which.
func (j *judge) weighAlarm(features []rank.Feature) (float64, []ranked) {
	whether := 0.0
	if n, ok := j.alarm.number[alarmed]; ok {
		whether = float64(j.alarm.probabilities(features)[n])
	}
	which := 0.0
	var entries []ranked
	for n, p := range j.sorts.probabilities(features) {
		if name := j.sorts.names[n]; !strings.HasPrefix(name, kindPrefix) {
			entries = append(entries, ranked{name, float64(p)})
			which += float64(p)
		}
	}
	byLikelihood(entries)
	return (whether + which) / 2, entries
}

// mayAlarm tells, for half the cost or less, whether the text can be an emergency
// this likely: the other model has no more than its half to add.
func (j *judge) mayAlarm(features []rank.Feature, likely float64) bool {
	n, ok := j.alarm.number[alarmed]
	return ok && (float64(j.alarm.probabilities(features)[n])+1)/2 >= likely
}

// weighCalm sorts the entries that were found by how likely each is the one asked for.
func (j *judge) weighCalm(features []rank.Feature, found []string) []ranked {
	probs := j.calm.probabilities(features)
	var out []ranked
	for _, id := range found {
		if n, ok := j.calm.number[id]; ok {
			out = append(out, ranked{id, float64(probs[n])})
		}
	}
	byLikelihood(out)
	return out
}

func byLikelihood(entries []ranked) {
	slices.SortFunc(entries, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.p, a.p), strings.Compare(a.id, b.id))
	})
}
