package rank

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// A Feature is something a text has, such as a word, and how much it counts.
type Feature struct {
	ID    int32
	Value float32
}

// What the kinds of feature count before a text is brought to length 1, chosen
// as in [Learn]. A beginning of a word stands in for endings and slips that the
// stemmer misses; a pair keeps the order of words ("pay you", "you pay").
const (
	wordValue      = 1
	beginningValue = 0.7
	pairValue      = 0.7
	groupValue     = 0.7
	shortBeginning = 4 // bytes, which are letters in English
	longBeginning  = 6
)

// How often a feature must occur before it counts: one seen once says more about
// that text than about its class. Pairs seen twice would add half a point of
// accuracy and a fifth to the time of a start.
const (
	rareFeature = 2
	rarePair    = 3
)

// A Vocabulary turns the terms of a text into features. It is built by
// [NewVocabulary] and never changes.
type Vocabulary struct {
	names  map[string]int32   // feature ids of words, beginnings and groups
	terms  map[string]int32   // terms by number
	own    [][]Feature        // by term number: the features of the term itself
	pairs  map[pair]int32     // feature ids
	groups map[string][]int32 // by term: feature ids
	both   map[pair][]int32   // the same of groups that hold two terms together
	size   int
}

// A pair is two neighbouring terms by number, in one word: maps are quickest with it.
type pair uint64

func makePair(first, second int32) pair { return pair(uint32(first))<<32 | pair(uint32(second)) }

// Term numbers that no term has.
const (
	edge    = -1 // before the first and after the last word
	unknown = -2 // a term that is in none of the texts
)

// NewVocabulary collects the features that the texts share. groups maps a
// term, or two with a space between, to the names of the groups of like words
// that it belongs to; it may be nil.
func NewVocabulary(texts [][]string, groups map[string][]string) *Vocabulary {
	v := &Vocabulary{
		names:  map[string]int32{},
		terms:  make(map[string]int32, len(texts)),
		pairs:  make(map[pair]int32, 4*len(texts)), // about as many as there will be: growing costs time
		groups: map[string][]int32{},
		both:   map[pair][]int32{},
	}
	var words []string
	var uses []int
	number := func(t string) int32 {
		n, ok := v.terms[t]
		if !ok {
			n = int32(len(words))
			v.terms[t] = n
			words, uses = append(words, t), append(uses, 0)
		}
		return n
	}
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		first, second, two := strings.Cut(key, " ")
		for _, g := range groups[key] {
			id := v.id("[" + g + "]")
			if two {
				p := makePair(number(first), number(second))
				v.both[p] = append(v.both[p], id)
			} else {
				v.groups[key] = append(v.groups[key], id)
			}
		}
	}
	for _, terms := range texts {
		for _, t := range terms {
			uses[number(t)]++
		}
		v.eachPair(terms, func(p pair, _, _ string) {
			switch seen, ok := v.pairs[p]; {
			case ok && seen >= 0: // it has its id
			case seen == 1-rarePair:
				v.pairs[p] = int32(v.size)
				v.size++
			default:
				v.pairs[p] = seen - 1 // below zero: how often it was seen so far
			}
		})
	}
	maps.DeleteFunc(v.pairs, func(_ pair, id int32) bool { return id < 0 })
	v.numberTerms(words, uses)
	return v
}

// id returns the feature id of a name, and makes one if need be.
func (v *Vocabulary) id(name string) int32 {
	id, ok := v.names[name]
	if !ok {
		id = int32(v.size)
		v.size++
		v.names[name] = id
	}
	return id
}

// numberTerms gives an id to each word and beginning that occurs often enough.
func (v *Vocabulary) numberTerms(words []string, uses []int) {
	counts := map[string]int{}
	for n, t := range words {
		for _, name := range beginnings(t) {
			counts[name] += uses[n]
		}
		counts[t] += uses[n]
	}
	v.own = make([][]Feature, len(words))
	for n, t := range words {
		for _, name := range append(beginnings(t), t) {
			if counts[name] >= rareFeature {
				v.id(name)
			}
		}
		v.own[n] = v.ownFeatures(t)
	}
}

// ownFeatures are a term's word, beginnings and groups, as far as they have ids.
func (v *Vocabulary) ownFeatures(t string) []Feature {
	var out []Feature
	if id, ok := v.names[t]; ok {
		out = append(out, Feature{id, wordValue})
	}
	for _, name := range beginnings(t) {
		if id, ok := v.names[name]; ok {
			out = append(out, Feature{id, beginningValue})
		}
	}
	for _, id := range v.groups[t] {
		out = append(out, Feature{id, groupValue})
	}
	return out
}

// beginnings name the first letters of a term: "appo-", "appoin-".
func beginnings(t string) []string {
	switch {
	case len(t) < shortBeginning:
		return nil
	case len(t) <= longBeginning:
		return []string{t[:shortBeginning] + "-"}
	}
	return []string{t[:shortBeginning] + "-", t[:longBeginning] + "-"}
}

// eachPair calls fn for each two neighbours, the edges included.
func (v *Vocabulary) eachPair(terms []string, fn func(p pair, first, second string)) {
	if len(terms) == 0 {
		return
	}
	before, word := int32(edge), ""
	for _, t := range terms {
		n, ok := v.terms[t]
		if !ok {
			n = unknown
		}
		fn(makePair(before, n), word, t)
		before, word = n, t
	}
	fn(makePair(before, edge), word, "")
}

// each calls fn for every feature of the text, repetitions included, with the
// one or two words that have it.
func (v *Vocabulary) each(terms []string, fn func(f Feature, first, second string)) {
	for _, t := range terms {
		var features []Feature
		if n, ok := v.terms[t]; ok {
			features = v.own[n]
		} else {
			features = v.ownFeatures(t)
		}
		for _, f := range features {
			fn(f, t, "")
		}
	}
	v.eachPair(terms, func(p pair, first, second string) {
		if id, ok := v.pairs[p]; ok {
			fn(Feature{id, pairValue}, first, second)
		}
		for _, id := range v.both[p] {
			fn(Feature{id, groupValue}, first, second)
		}
	})
}

// Len is the number of feature ids.
func (v *Vocabulary) Len() int { return v.size }

// Features lists what the text has of the vocabulary, each once, scaled so that long and short texts weigh the same.
func (v *Vocabulary) Features(terms []string) []Feature {
	out := make([]Feature, 0, 4*len(terms)+1)
	var sum float64
	v.each(terms, func(f Feature, _, _ string) {
		for i := range out { // a text has few features: quicker than sorting or a map
			if out[i].ID == f.ID {
				return
			}
		}
		out = append(out, f)
		sum += float64(f.Value) * float64(f.Value)
	})
	scale := float32(1 / math.Sqrt(max(sum, math.SmallestNonzeroFloat32)))
	for i := range out {
		out[i].Value *= scale
	}
	return out
}

// Words maps the features of a text to the one or two words that have them, for explaining.
func (v *Vocabulary) Words(terms []string) map[int32]string {
	words := map[int32]string{}
	v.each(terms, func(f Feature, first, second string) {
		if _, ok := words[f.ID]; !ok {
			words[f.ID] = strings.TrimSpace(first + " " + second)
		}
	})
	return words
}

// Has tells whether any of the texts had the term.
func (v *Vocabulary) Has(term string) bool {
	_, ok := v.terms[term]
	return ok
}
