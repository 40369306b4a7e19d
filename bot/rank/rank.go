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
	epochs     = 2     // passes over the examples; a fourth gains under 0.3 points
	stepSize   = 2     // AdaGrad's learning rate
	damping    = 1e-3  // keeps AdaGrad's first steps finite
	shrink     = 0.003 // L2 penalty on the weights that an example touches
	biasScale  = 0.3   // biases move slower than weights: a class's size is no evidence
	negligible = 0.01  // a class this unlikely is not corrected: it saves two thirds of the work
	denseFrom  = 64    // a row with this part of all classes gets a place for each: quicker, and still small
	seed       = 1     // of the order in which examples are seen
)

// An Example is a text, as features, and the class that it belongs to.
type Example struct {
	Features []Feature
	Class    int
}

// A Model gives each class a probability for a text. It never changes.
type Model struct {
	classes int
	rows    []row // by feature id
	bias    []float32
}

// A row is a feature's weights. It is sparse, with the classes sorted, until it
// holds half of them; from then on it is dense, with a place for each.
type row struct {
	dense   bool
	classes []int32
	weights []float32
	square  float32 // sum of squared gradients, for the step size
}

// at returns the place of a class in the row, or where it belongs.
func (r *row) at(class int32) (i int, found bool) {
	if r.dense {
		return int(class), true
	}
	return slices.BinarySearch(r.classes, class)
}

// place returns the place of a class in the row, and makes it if need be.
func (r *row) place(class int32, all int) int {
	if r.dense {
		return int(class)
	}
	i, found := r.at(class)
	if found {
		return i
	}
	if len(r.weights) >= all/denseFrom {
		r.spread(all)
		return int(class)
	}
	r.classes = slices.Insert(r.classes, i, class)
	r.weights = slices.Insert(r.weights, i, 0)
	return i
}

// spread makes the row dense.
func (r *row) spread(all int) {
	weights := make([]float32, all)
	for i, c := range r.classes {
		weights[c] = r.weights[i]
	}
	r.dense, r.classes, r.weights = true, nil, weights
}

// Learn makes a model of the examples. features is the number of feature ids
// in use, classes the number of classes; with none it returns a model that
// knows nothing.
func Learn(examples []Example, features, classes int) *Model {
	m := &Model{classes: classes, rows: make([]row, features), bias: make([]float32, classes)}
	for _, e := range examples {
		for _, f := range e.Features {
			m.rows[f.ID].place(int32(e.Class), classes)
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
	for range epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			m.Probabilities(examples[i].Features, probs)
			m.correct(&examples[i], probs, squares, wrong)
		}
	}
	return m
}

// correct moves the weights towards the example: errors holds what the model
// thought, and becomes what it got wrong. wrong is scratch space.
func (m *Model) correct(e *Example, errors, squares []float32, wrong []int32) {
	errors[e.Class]--
	for class, g := range errors {
		if g > -negligible && g < negligible {
			continue
		}
		wrong = append(wrong, int32(class))
		squares[class], m.bias[class] = adjust(squares[class], m.bias[class], g*biasScale, stepSize*biasScale)
	}
	for _, f := range e.Features {
		r := &m.rows[f.ID]
		for _, class := range wrong {
			g := errors[class] * f.Value
			r.square += g * g
		}
		step := stepSize / (sqrt(r.square) + damping)
		for _, class := range wrong {
			i := r.place(class, m.classes)
			w := &r.weights[i]
			*w -= step * (errors[class]*f.Value + shrink**w)
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
		if r.dense {
			for class, w := range r.weights[:min(len(r.weights), len(out))] {
				out[class] += w * f.Value
			}
			continue
		}
		for i, class := range r.classes {
			out[class] += r.weights[i] * f.Value
		}
	}
	softmax(out)
}

// unlikely is how far below the best a score gives no probability worth computing: exp(-16) is 1e-7.
const unlikely = 16

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
		if at, found := r.at(int32(class)); found {
			out[i] = r.weights[at] * f.Value
		}
	}
	return out
}
