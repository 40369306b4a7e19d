package slacktest

import (
	"regexp"
	"strings"
)

// sequence is what may stand between < and > in mrkdwn: a link, a mention, a
// date. Its label, after |, holds no raw & < or >.
var sequence = regexp.MustCompile(`^(?:` +
	`(?:https?://|mailto:|tel:|slack://)[^\s<>|]+(?:\|[^<>|]+)?` +
	`|@[UW][A-Za-z0-9_]+(?:\|[^<>|]*)?` +
	`|#C[A-Za-z0-9_]+(?:\|[^<>|]*)?` +
	`|!(?:here|channel|everyone)(?:\|[^<>|]*)?` +
	`|!subteam\^S[A-Za-z0-9_]+(?:\|[^<>|]*)?` +
	`|!date\^\d+\^[^<>|^]+(?:\^https?://[^\s<>|]+)?\|[^<>|]+` +
	`)$`)

var entity = regexp.MustCompile(`^&(?:amp|lt|gt);`)

// markup finds the & < and > of a mrkdwn text that mean themselves and are not
// escaped. Slack shows such a text, but at times not as it was meant.
func (c *checker) markup(at, t string) {
	bad := func(i int) {
		end := min(len(t), i+20)
		c.unescaped = append(c.unescaped, "unescaped "+strings.ToValidUTF8(t[i:end], "")+" [json-pointer:"+at+"]")
	}
	for i := 0; i < len(t); i++ {
		switch t[i] {
		case '&':
			if entity.FindString(t[i:min(len(t), i+5)]) == "" {
				bad(i)
			}
		case '<':
			n := strings.IndexByte(t[i:], '>')
			if n < 0 || !valid(t[i+1:i+n]) {
				bad(i)
				continue
			}
			i += n
		case '>':
			if !quotes(t[:i]) {
				bad(i)
			}
		}
	}
}

// valid says whether a sequence is one. An address may hold a raw &, which
// everyone writes and Slack understands; a label may not.
func valid(inside string) bool {
	if !sequence.MatchString(inside) {
		return false
	}
	_, label, _ := strings.Cut(inside, "|")
	for rest := label; ; {
		i := strings.IndexByte(rest, '&')
		if i < 0 {
			return true
		}
		if !entity.MatchString(rest[i:]) {
			return false
		}
		rest = rest[i+1:]
	}
}

// quotes says whether a > after this text starts a block quote.
func quotes(before string) bool {
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return strings.Trim(line, "> \t") == ""
}
