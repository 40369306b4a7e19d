package telegram

import (
	"html"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxText is the most a message may hold, in UTF-16 units, formatting not counted.
// Source: the Bot API's sendMessage.
const maxText = 4096

// paragraph is a piece of a reply that looks one way.
type paragraph struct {
	look look
	text string
	url  string // of a source
}

type look int

const (
	plainWords look = iota // with telephone numbers that can be pressed
	title                  // bold
	quote                  // the official words
	source                 // a label, then a link
)

// html is the paragraph for Telegram's HTML parse mode.
func (p paragraph) html() string {
	switch p.look {
	case title:
		return "<b>" + html.EscapeString(p.text) + "</b>"
	case quote:
		return "<blockquote>" + html.EscapeString(p.text) + "</blockquote>"
	case source:
		label, name, ok := strings.Cut(p.text, sourceMark)
		if !ok {
			label, name = "", p.text
		}
		if p.url == "" {
			return html.EscapeString(label + name)
		}
		return html.EscapeString(label) + `<a href="` + html.EscapeString(p.url) + `">` + html.EscapeString(name) + "</a>"
	}
	return linkPhones(p.text)
}

// plain is the paragraph without formatting.
func (p paragraph) plain() string {
	switch p.look {
	case quote:
		return "“" + p.text + "”"
	case source:
		text := strings.Replace(p.text, sourceMark, "", 1)
		if p.url != "" {
			text += ", " + p.url
		}
		return text
	}
	return p.text
}

// sourceMark stands between a source's label and the document's name.
const sourceMark = "\x00"

// phone is a number that a person in the United Kingdom can ring: the emergency
// and health lines, or one that starts with 0 or 116.
var phone = regexp.MustCompile(`\b(?:999|112|111|105|116 ?\d{3}|0\d{2,4}(?: ?\d{3,4}){1,3})\b`)

// linkPhones escapes a text and makes its telephone numbers links. Telegram shows
// a link that it does not know as its words alone, so that nothing is lost where
// an app does not support it. "111.nhs.uk" is a web address and stays as it is.
func linkPhones(text string) string {
	var b strings.Builder
	at := 0
	for _, m := range phone.FindAllStringIndex(text, -1) {
		b.WriteString(html.EscapeString(text[at:m[0]]))
		number := text[m[0]:m[1]]
		at = m[1]
		if isAddress(text, m[0], m[1]) {
			b.WriteString(number)
			continue
		}
		b.WriteString(`<a href="tel:` + strings.ReplaceAll(number, " ", "") + `">` + number + "</a>")
	}
	b.WriteString(html.EscapeString(text[at:]))
	return b.String()
}

// isAddress tells whether letters hang on to the part, as in a web address or a date.
func isAddress(text string, from, to int) bool {
	hangs := func(s string) bool {
		return len(s) > 1 && strings.ContainsRune("./-", rune(s[0])) && (s[1] >= 'a' && s[1] <= 'z' || s[1] >= '0' && s[1] <= '9')
	}
	before := from > 0 && strings.ContainsRune("./-@", rune(text[from-1]))
	return before || hangs(text[to:])
}

// length counts as Telegram does, in UTF-16 units.
func length(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// message is one message to send.
type message struct {
	html, plain string
	buttons     []row
	urgent      bool
}

// gap stands between two paragraphs.
const gap = "\n\n"

// pack fills messages with paragraphs, each message as full as Telegram allows in
// its plain form, which is the longer one.
func pack(all []paragraph) []message {
	var out []message
	room := 0
	for _, whole := range all {
		for _, p := range whole.split() {
			n := length(p.plain())
			if len(out) > 0 && n+len(gap) <= room {
				last := &out[len(out)-1]
				last.html += gap + p.html()
				last.plain += gap + p.plain()
				room -= n + len(gap)
				continue
			}
			out = append(out, message{html: p.html(), plain: p.plain()})
			room = maxText - n
		}
	}
	return out
}

// split cuts a paragraph that no message can hold, after a sentence or a word where there is one.
func (p paragraph) split() []paragraph {
	if strings.TrimSpace(p.text) == "" {
		return nil
	}
	most := maxText - length(paragraph{look: p.look, url: p.url}.plain())
	var out []paragraph
	for length(p.text) > most {
		head := cutText(p.text, most)
		out = append(out, paragraph{p.look, strings.TrimSpace(p.text[:head]), p.url})
		p.text = strings.TrimSpace(p.text[head:])
	}
	return append(out, p)
}

// cutText is where to cut a text so that the head has at most so many UTF-16 units, in bytes.
func cutText(text string, most int) int {
	if length(text) <= most {
		return len(text)
	}
	end, units := 0, 0
	for i, r := range text {
		units += utf16.RuneLen(r)
		if units > most {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	for _, stop := range []string{"\n", ". ", " "} {
		if at := strings.LastIndex(text[:end], stop); at > end/2 {
			return at + len(stop)
		}
	}
	return end
}
