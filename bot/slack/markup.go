package slack

import (
	"regexp"
	"strings"
)

// Slack writes links, mentions and the like in angle brackets, and formatting as
// signs around words. Source: Slack's "Formatting message text".
var (
	bracketed = regexp.MustCompile(`<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>`)
	emoji     = regexp.MustCompile(`:[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?`)
	emphasis  = regexp.MustCompile("(^|[\\s(\"'])([*_~`]{1,3})(\\S(?:[^\\n]*?\\S)?)([*_~`]{1,3})($|[\\s.,;:!?)\"'])")
	unescape  = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// plain reads a message as a person would: names and signs go, words stay.
// Quoted lines are somebody else's words, and count only where there is nothing else.
func plain(text string) string {
	text = bracketed.ReplaceAllStringFunc(text, func(whole string) string {
		m := bracketed.FindStringSubmatch(whole)
		switch sign, inside, label := m[1], m[2], m[3]; {
		case sign == "@", sign == "!" && label == "": // a person, or everybody: no part of what is asked
			return " "
		case label != "":
			return label
		case sign == "#":
			return " "
		default:
			return inside
		}
	})
	text = emoji.ReplaceAllString(text, " ")
	for range 2 { // bold around italic
		text = emphasis.ReplaceAllString(text, "$1$3$5")
	}
	own, quoted := splitQuotes(text)
	if strings.TrimSpace(own) == "" {
		own = quoted
	}
	return strings.TrimSpace(unescape.Replace(own))
}

func splitQuotes(text string) (own, quoted string) {
	var ours, theirs strings.Builder
	for line := range strings.Lines(text) {
		rest, is := strings.CutPrefix(strings.TrimLeft(line, " "), "&gt;")
		if !is {
			rest, is = strings.CutPrefix(strings.TrimLeft(line, " "), ">")
		}
		if is {
			theirs.WriteString(strings.TrimPrefix(strings.TrimPrefix(rest, "&gt;&gt;"), ">>"))
		} else {
			ours.WriteString(line)
		}
	}
	return ours.String(), theirs.String()
}

// escape makes a text safe where Slack reads markup: only these three signs need it.
func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}
