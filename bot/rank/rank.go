// Package rank decides which of several classes a text belongs to, by weights
// for words that it learns from examples when the program starts.
//
// It is a linear model: the score of a class is the sum of the weights of the
// features that the text has. So every decision can be taken apart word by word
// (see [Model.Why]), the same examples always give the same weights, and nothing
// but the examples has to be kept up. The package knows nothing of entries,
// replies or channels: a class is a number. Start reading at [Learn].
package rank

import (
	"math"
	"math/rand/v2"
	"slices"
)

// How the weights are learnt: multinomial logistic regression, stochastic
// gradient descent with AdaGrad steps. The values were chosen by five-fold
// cross-validation over the ways of asking (docs/performance.md has the table).
const (
	epochs     = 2     // passes over the examples; a third gains under half a point and takes a seventh of a start
	stepSize   = 2     // AdaGrad's learning rate
	damping    = 1e-3  // keeps AdaGrad's first steps finite
	shrink     = 0.003 // L2 penalty on the weights that an example touches
	biasScale  = 0.3   // biases move slower than weights: a class's size is no evidence
	negligible = 0.03  // a class this unlikely is not corrected, which halves the work and costs nothing
	settled    = 0.9   // an example whose class is this likely is left out of later passes
	fullRow    = 256   // classes that a feature has weights for: one in more tells little of any, and this keeps large corpora affordable
	seed       = 1     // of the order in which examples are seen; docs/performance.md has what others would give
)

// An Example is a text, as features, and the class that it belongs to.
type Example struct {
	Features []Feature
	Class    int
}

// A Model gives each class a probability for a text. It never changes.
type Model struct {
	classes int
	dense   bool  // whether rows have a place for each class
	rows    []row // by feature id
	bias    []float32
}

// A row is a feature's weights. In a dense model it has none or one a class; in
// a model of many classes it has those of the classes listed, in their order.
type row struct {
	classes []int32
	weights []float32
	square  float32 // sum of squared gradients, for the step size
}

// at returns the place of a class in the row, or where it belongs.
func (m *Model) at(r *row, class int32) (i int, found bool) {
	if m.dense {
		return int(class), r.weights != nil
	}
	return slices.BinarySearch(r.classes, class)
}

// place returns the place of a class in the row, and makes it if need be. ok is
// false when the row is full.
func (m *Model) place(r *row, class int32) (i int, ok bool) {
	i, found := m.at(r, class)
	switch {
	case found:
	case m.dense:
		r.weights = make([]float32, m.classes)
	case len(r.weights) == fullRow:
		return 0, false
	default:
		r.classes = slices.Insert(r.classes, i, class)
		r.weights = slices.Insert(r.weights, i, 0)
	}
	return i, true
}

// Learn makes a model of the examples. features is the number of feature ids
// in use, classes the number of classes; with none it returns a model that
// knows nothing.
func Learn(examples []Example, features, classes int) *Model {
	m := &Model{classes: classes, dense: classes <= fullRow, rows: make([]row, features), bias: make([]float32, classes)}
	for _, e := range examples {
		for _, f := range e.Features {
			m.place(&m.rows[f.ID], int32(e.Class))
		}
	}
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
	}
	rng := rand.New(rand.NewPCG(seed, seed))
	probs := make([]float32, classes)
	squares := make([]float32, classes)
	wrong := make([]int32, 0, classes)
	for epoch := range epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		unsettled := order[:0]
		for _, i := range order {
			m.Probabilities(examples[i].Features, probs)
			if probs[examples[i].Class] < settled {
				unsettled = append(unsettled, i)
			}
			m.correct(&examples[i], probs, squares, wrong, stepSize/float32(1+epoch))
		}
		order = unsettled
	}
	return m
}

// correct moves the weights towards the example: errors holds what the model
// thought, and becomes what it got wrong. wrong is scratch space.
func (m *Model) correct(e *Example, errors, squares []float32, wrong []int32, size float32) {
	errors[e.Class]--
	for class, g := range errors {
		if g > -negligible && g < negligible {
			continue
		}
		wrong = append(wrong, int32(class))
		squares[class], m.bias[class] = adjust(squares[class], m.bias[class], g*biasScale, size*biasScale)
	}
	for _, f := range e.Features {
		r := &m.rows[f.ID]
		for _, class := range wrong {
			g := errors[class] * f.Value
			r.square += g * g
		}
		step := size / (sqrt(r.square) + damping)
		for _, class := range wrong {
			i, ok := int(class), m.dense // a dense row is there since Learn began: no call in the hottest loop
			if !ok {
				i, ok = m.place(r, class)
			}
			if ok {
				w := &r.weights[i]
				*w -= step * (errors[class]*f.Value + shrink**w)
			}
		}
	}
}

// adjust is one AdaGrad step.
func adjust(square, w, gradient, size float32) (newSquare, newW float32) {
	square += gradient * gradient
	return square, w - size*gradient/(sqrt(square)+damping)
}

// Probabilities fills out, one number a class in [0,1] that sum to 1.
func (m *Model) Probabilities(features []Feature, out []float32) {
	copy(out, m.bias)
	for _, f := range features {
		r := &m.rows[f.ID]
		if m.dense {
			addScaled(out, r.weights, f.Value)
			continue
		}
		weights := r.weights[:len(r.classes)]
		for i, class := range r.classes {
			out[class] += weights[i] * f.Value
		}
	}
	softmax(out)
}

// addScaled adds each weight, times scale, to the number at its place. Most of
// the time of learning and of answering goes by here, hence four at a time.
func addScaled(to, weights []float32, scale float32) {
	to = to[:len(weights)]
	for len(weights) >= 4 && len(to) >= 4 {
		to[0] += weights[0] * scale
		to[1] += weights[1] * scale
		to[2] += weights[2] * scale
		to[3] += weights[3] * scale
		to, weights = to[4:], weights[4:]
	}
	for i := range weights {
		to[i] += weights[i] * scale
	}
}

// unlikely is how far below the best a score gives no probability worth computing: exp(-10) is 5e-5.
const unlikely = 10

func softmax(scores []float32) {
	if len(scores) == 0 {
		return
	}
	top := slices.Max(scores)
	var sum float32
	for i, s := range scores {
		if s < top-unlikely {
			scores[i] = 0
			continue
		}
		scores[i] = float32(math.Exp(float64(s - top)))
		sum += scores[i]
	}
	for i := range scores {
		scores[i] /= sum
	}
}

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// Why returns how much each of the features speaks for a class, in the order
// given: above zero for, below zero against.
func (m *Model) Why(features []Feature, class int) []float32 {
	out := make([]float32, len(features))
	for i, f := range features {
		r := &m.rows[f.ID]
		if at, found := m.at(r, int32(class)); found {
			out[i] = r.weights[at] * f.Value
		}
	}
	return out
}
