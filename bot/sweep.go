package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A long message is looked through for danger from end to end, since people
// bury it in other things and leave the full stops out. Words count as they are
// typed here: putting spelling right costs too much for so many. What is never
// looked at is the middle of a message that is longer than maxSwept.
//
// The numbers were set on 288 messages of 8 to 30 questions with an emergency in
// the middle, of which 208 raise the alarm (42 before there was a sweep), and on 1,000
// long ones without an emergency, of which 34 do (36 before).
const (
	maxSwept     = 10_000 // bytes of a message: the first and the last half of them
	maxPiece     = 300    // bytes that are cut into terms at once: too few for a word to be left out
	sweptFrom    = 40     // terms; in a message of fewer, the whole and its parts show
	stretch      = 10     // terms that are looked at together, wherever sentences end
	stride       = 3      // terms from one stretch to the next: 8 in a row are always in one together
	longSentence = 24     // terms; a longer one is looked at in stretches only
	alarmStretch = 0.88   // a stretch, which is cut anywhere, needs more than a sentence (alarmPart)
)

// sentenceEnds are where the sweep cuts.
const sentenceEnds = ".?!;:,\n\r"

// sweep finds the sentence or stretch of a long message that is likeliest an
// emergency. The part that it returns is empty when none is likely enough, or
// the message is short.
func (b *Bot) sweep(message string) part {
	var worst part
	terms, ends := b.sweptTerms(message)
	if len(terms) < sweptFrom {
		return worst
	}
	look := func(some []string, least float64) {
		features := b.judge.words.Features(some)
		if !b.judge.mayAlarm(features, max(least, worst.alarm)) {
			return
		}
		if alarm, emergencies := b.judge.weighAlarm(features); alarm >= least && alarm > worst.alarm {
			worst = part{text: strings.Join(some, " "), typed: some, terms: some, features: features, alarm: alarm, emergencies: emergencies}
		}
	}
	start := 0
	for _, end := range ends {
		if n := end - start; n >= alarmWords && n <= longSentence {
			look(terms[start:end], alarmPart)
		}
		start = end
	}
	for at := 0; at < len(terms); at += stride {
		look(terms[at:min(at+stretch, len(terms))], alarmStretch)
	}
	return worst
}

// sweptTerms are the terms of all of a message but the middle of a very long
// one, and where among them a sentence ends.
func (b *Bot) sweptTerms(message string) (terms []string, ends []int) {
	if len(message) > maxSwept {
		message = message[:maxSwept/2] + "\n" + message[len(message)-maxSwept/2:]
	}
	for message != "" {
		n := strings.IndexAny(message, sentenceEnds) + 1
		ended := n > 0 && n <= maxPiece
		if !ended {
			n = pieceOf(message)
		}
		terms = append(terms, b.index.Terms(message[:n])...)
		if message = message[n:]; ended || message == "" {
			ends = append(ends, len(terms))
		}
	}
	return terms, ends
}

// pieceOf is the length of the first piece of a text without a sentence's end:
// up to a space or, if need be, the middle of a word.
func pieceOf(text string) int {
	if len(text) <= maxPiece {
		return len(text)
	}
	if n := strings.LastIndexFunc(text[:maxPiece], unicode.IsSpace); n > 0 {
		return n
	}
	n := maxPiece
	for n > maxPiece-utf8.UTFMax && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}
