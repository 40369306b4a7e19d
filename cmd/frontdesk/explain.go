package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/frontdesk-care/frontdesk/bot"
)

// writeExplanation tells a person which words led to a reply.
func writeExplanation(w io.Writer, x bot.Explanation) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Reply: %s, %s, confidence %.2f\nWhy: %s.\n", x.Reply.Kind, x.Reply.ID, x.Reply.Confidence, x.Why)
	for i, p := range x.Parts {
		b.WriteString("\n" + partHeading(i, x) + "\n")
		fmt.Fprintf(&b, "  Words     %s\n", readAs(p))
		sign := "below"
		if p.Alarm >= p.AlarmCut {
			sign = "above"
		}
		fmt.Fprintf(&b, "  Emergency %.2f, %s the cut-off of %.2f%s\n", p.Alarm, sign, p.AlarmCut, weights(p.AlarmWords))
		for _, e := range p.Entries {
			fmt.Fprintf(&b, "  %4.0f %%  %s%s\n", 100*e.Share, e.ID, weights(e.Words))
		}
		if len(p.Entries) == 0 && x.Reply.Kind != bot.Urgent {
			b.WriteString("  no entry shares a word with it\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func partHeading(i int, x bot.Explanation) string {
	heading := "The whole message"
	if i > 0 {
		heading = fmt.Sprintf("Part %d: %q", i, x.Parts[i].Text)
	}
	if i == x.Decide {
		heading += " (this decided)"
	}
	return heading
}

// readAs shows the words as the index compares them, and what it took misspelt ones for.
func readAs(p bot.PartExplained) string {
	words := slices.Clone(p.Corrected)
	for i, t := range p.Terms {
		if t != words[i] {
			words[i] = t + " (read as " + words[i] + ")"
		}
	}
	return strings.Join(words, " ")
}

// weights shows the words that count most, those for it with a plus.
func weights(words []bot.WordWeight) string {
	var parts []string
	for _, w := range words {
		parts = append(parts, fmt.Sprintf("%s %+.1f", w.Word, w.Weight))
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}
