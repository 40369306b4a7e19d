package bot

import (
	"unicode"
	"unicode/utf8"
)

// A text of which too few words are known may be in another language. Then it is
// chance which entry the rest leads to, and the honest no, which names 111 and 999,
// is the safe reply. Of the questions of eval the cut-offs take a right reply from none;
// of the same questions with one or two slips put into each, from 1 in 75.
const (
	knownExactly = 0.3 // of the words, as typed
	knownAtAll   = 0.6 // likewise, a corrected word counting half: it may be chance, too
	fewWords     = 2   // a shorter text is read in any case: there is nothing else to go by
)

// reads tells whether enough words of the text are known to go by the others.
func (j *judge) reads(p *part) bool {
	words, exactly, corrected := 0, 0, 0
	for i, t := range p.typed {
		if first, _ := utf8.DecodeRuneInString(t); !unicode.IsLetter(first) {
			continue // a number says nothing of the language
		}
		words++
		if j.words.Has(t) {
			exactly++
		} else if p.terms[i] != t {
			corrected++
		}
	}
	n := float64(words)
	return words < fewWords || float64(exactly) >= knownExactly*n && float64(exactly)+float64(corrected)/2 > knownAtAll*n
}
