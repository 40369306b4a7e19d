package index

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
)

// Bounds on what a question can cost.
const (
	maxRunes   = 4096 // of a message; of a longer one the first and last halves count
	maxWords   = 160  // of a message; likewise
	maxLetters = 40   // of a word; no English word is longer
)

// Terms cuts a text into the words that the index compares: lower case, without
// accents, look-alike letters, apostrophes and endings. Numbers are words, and so
// is a question mark, since asking is not telling. What a text of any length
// costs is bounded: of a long one the first and the last words count.
func (x *Index) Terms(text string) []string { return terms(text, x.stems, false) }

// terms cuts a text. It looks stems up and, if told so, remembers new ones.
func terms(text string, stems map[string]string, remember bool) []string {
	words := cut(fold(clip(text)))
	for i, w := range words {
		stem, ok := stems[w]
		if !ok {
			stem = stemOf(w)
			if remember {
				stems[w] = stem
			}
		}
		words[i] = stem
	}
	return words
}

// clip keeps the first and the last part of a very long text.
func clip(text string) string {
	if len(text) <= maxRunes {
		return text
	}
	if utf8.RuneCountInString(text) <= maxRunes {
		return text
	}
	head, tail := 0, len(text)
	for range maxRunes / 2 {
		_, n := utf8.DecodeRuneInString(text[head:])
		head += n
		_, n = utf8.DecodeLastRuneInString(text[:tail])
		tail -= n
	}
	return text[:head] + " " + text[tail:]
}

// cut splits folded text into words.
func cut(text string) []string {
	words := make([]string, 0, len(text)/5+1)
	start := -1
	flush := func(end int) {
		if start >= 0 {
			words = append(words, word(text[start:end]))
			start = -1
		}
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '\'', unicode.IsMark(r) && start >= 0: // a mark belongs to a letter
			if start < 0 {
				start = i
			}
		case r == '?':
			flush(i)
			if n := len(words); n > 0 && words[n-1] != "?" {
				words = append(words, "?")
			}
		default:
			flush(i)
		}
	}
	flush(len(text))
	kept := words[:0]
	for _, w := range words {
		if w != "" {
			kept = append(kept, w)
		}
	}
	if len(kept) > maxWords {
		kept = append(kept[:maxWords/2], kept[len(kept)-maxWords/2:]...)
	}
	return kept
}

// word drops apostrophes ("don't" and "dont" are one word) and letters held
// down ("heeelp"), and shortens what is too long for a word.
func word(w string) string {
	if isClean(w) {
		return w
	}
	var b strings.Builder
	run, n := 0, 0
	var last rune
	for _, r := range w {
		if r == '\'' {
			continue
		}
		if r == last {
			run++
		} else {
			run, last = 1, r
		}
		if run > 2 && unicode.IsLetter(r) {
			continue
		}
		b.WriteRune(r)
		if n++; n == maxLetters {
			break
		}
	}
	return b.String()
}

// isClean tells whether word has nothing to do, as for most words.
func isClean(w string) bool {
	for i := range len(w) {
		c := w[i]
		if c >= utf8.RuneSelf || c == '\'' || i >= 2 && c == w[i-1] && c == w[i-2] {
			return false
		}
	}
	return len(w) <= maxLetters
}

// stemOf drops a word's English ending, as bleve's Porter stemmer does. Stop words stay:
// in questions of a few words "not", "who" and "what" carry the meaning.
func stemOf(w string) string {
	stream := analysis.TokenStream{{Term: []byte(w)}}
	return string(en.NewEnglishStemmerFilter().Filter(stream)[0].Term)
}
