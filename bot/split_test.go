package bot

import (
	"slices"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for message, want := range map[string][]string{
		"do i have to pay":                             nil,
		"do i have to pay?":                            nil,
		"do i pay? are you nhs?":                       {"do i pay", "are you nhs"},
		"is it free and who are you":                   {"is it free", "who are you"},
		"hello, do i pay":                              {"do i pay"},
		"what are your values btw my mum cant breathe": {"what are your values", "my mum cant breathe"},
		"one word. Two words here":                     {"one word", "Two words here"},
		"":                                             nil,
		"?!":                                           nil,
	} {
		if got := split(message); !slices.Equal(got, want) {
			t.Errorf("split(%q) = %q, want %q", message, got, want)
		}
	}
}

func TestSplitIsBounded(t *testing.T) {
	parts := split("the first one. " + strings.Repeat("some more of it. ", 1_000_000) + "the last one.")
	if len(parts) != maxParts || parts[0] != "the first one" || parts[maxParts-1] != "the last one" {
		t.Errorf("%d parts, from %q to %q", len(parts), parts[0], parts[len(parts)-1])
	}
}
