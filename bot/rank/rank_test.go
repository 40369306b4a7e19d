package rank_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/rank"
)

// learn makes a vocabulary and a model of lines such as "pay: do i pay".
func learn(groups map[string][]string, lines ...string) (*rank.Vocabulary, *rank.Model, []string) {
	var texts [][]string
	var classes []string
	number := map[string]int{}
	var of []int
	for _, l := range lines {
		class, text, _ := strings.Cut(l, ": ")
		if _, ok := number[class]; !ok {
			number[class] = len(classes)
			classes = append(classes, class)
		}
		of = append(of, number[class])
		texts = append(texts, strings.Fields(text))
	}
	v := rank.NewVocabulary(texts, groups)
	var examples []rank.Example
	for i, t := range texts {
		examples = append(examples, rank.Example{Features: v.Features(t), Class: of[i]})
	}
	return v, rank.Learn(examples, v.Len(), len(classes)), classes
}

var lines = []string{
	"pay: do i pay", "pay: what does it cost to pay", "pay: is there a cost", "pay: must i pay a cost",
	"open: when do you open", "open: are you open today", "open: opening today",
	"staff: do you value your staff", "staff: are staff valued", "staff: how do you treat staff",
}

func best(v *rank.Vocabulary, m *rank.Model, classes []string, text string) (string, float32) {
	probs := make([]float32, len(classes))
	m.Probabilities(v.Features(strings.Fields(text)), probs)
	top := 0
	for i, p := range probs {
		if p > probs[top] {
			top = i
		}
	}
	return classes[top], probs[top]
}

func TestModelFindsTheClass(t *testing.T) {
	v, m, classes := learn(map[string][]string{"cost": {"money"}, "quid": {"money"}, "back room": {"staff"}}, lines...)
	for _, tc := range []struct{ text, want, why string }{
		{"do i pay", "pay", "it is an example"},
		{"paying a cost", "pay", "one word is enough"},
		{"are they open", "open", "unknown words do no harm"},
		{"how many quid", "pay", "quid and cost are like words"},
		{"staffroom", "staff", "an unknown word has a known beginning"},
	} {
		if got, p := best(v, m, classes, tc.text); got != tc.want {
			t.Errorf("%q went to %s (%.2f), want %s: %s", tc.text, got, p, tc.want, tc.why)
		}
	}
}

func TestProbabilitiesSumToOne(t *testing.T) {
	v, m, classes := learn(nil, lines...)
	for _, text := range []string{"", "nothing known here", "pay open staff", strings.Repeat("pay ", 5000)} {
		probs := make([]float32, len(classes))
		m.Probabilities(v.Features(strings.Fields(text)), probs)
		var sum float64
		for _, p := range probs {
			sum += float64(p)
		}
		if math.Abs(sum-1) > 1e-4 {
			t.Errorf("%.20q: probabilities sum to %f", text, sum)
		}
	}
}

func TestSameExamplesSameModel(t *testing.T) {
	v, a, classes := learn(nil, lines...)
	_, b, _ := learn(nil, lines...)
	for _, text := range []string{"do you pay staff", "open cost"} {
		x, y := make([]float32, len(classes)), make([]float32, len(classes))
		a.Probabilities(v.Features(strings.Fields(text)), x)
		b.Probabilities(v.Features(strings.Fields(text)), y)
		if fmt.Sprint(x) != fmt.Sprint(y) {
			t.Errorf("%q: %v and %v", text, x, y)
		}
	}
}

// What Why says adds up to the difference that Probabilities shows.
func TestWhyAddsUp(t *testing.T) {
	v, m, classes := learn(nil, lines...)
	f := v.Features([]string{"do", "staff", "pay"})
	probs := make([]float32, len(classes))
	none := make([]float32, len(classes))
	m.Probabilities(f, probs)
	m.Probabilities(nil, none)
	score := func(class int) float64 {
		sum := 0.0
		for _, w := range m.Why(f, class) {
			sum += float64(w)
		}
		return sum + math.Log(float64(none[class]))
	}
	for c := 1; c < len(classes); c++ {
		want := math.Log(float64(probs[c] / probs[0]))
		if got := score(c) - score(0); math.Abs(got-want) > 1e-3 {
			t.Errorf("%s against %s: words add up to %f, probabilities say %f", classes[c], classes[0], got, want)
		}
	}
}

func TestWordsNameTheFeatures(t *testing.T) {
	v, _, _ := learn(nil, lines...)
	words := map[string]bool{}
	text := []string{"do", "you", "pay"}
	for _, w := range v.Words(text) {
		words[w] = true
	}
	for _, want := range []string{"do", "you", "do you"} {
		if !words[want] {
			t.Errorf("no feature of %q is named %q: %v", text, want, words)
		}
	}
}

func TestNothingToLearn(t *testing.T) {
	m := rank.Learn(nil, 0, 0)
	m.Probabilities(nil, nil)
	if why := m.Why(nil, 0); len(why) != 0 {
		t.Errorf("weights out of nothing: %v", why)
	}
}

func TestManyClassesStaySparse(t *testing.T) {
	var many []string
	for i := range 400 {
		many = append(many, fmt.Sprintf("c%d: do you w%d", i, i), fmt.Sprintf("c%d: is w%d there", i, i))
	}
	v, m, classes := learn(nil, many...)
	if got, _ := best(v, m, classes, "do you have w123"); got != "c123" {
		t.Errorf("got %s", got)
	}
}
