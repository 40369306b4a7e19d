package slack

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// Slack's limits, in characters unless they say otherwise. Source: the reference
// of Block Kit; the one on a whole message was found by trial (shared/design.md).
const (
	maxSection  = 3000
	maxHeader   = 150
	maxLabel    = 75
	maxContext  = 2000
	maxURL      = 2000
	maxBlocks   = 45     // of 50 a message: some stay free for buttons
	maxMessage  = 11_000 // of about 13,000, which count signs and labels, too
	maxFallback = 3500   // of 4,000 where a message is changed, and escaping adds some
)

// message is one message: its blocks, and the same words for screen readers and
// notifications.
type message struct {
	blocks   []slack.Block
	fallback string
}

// options are what a call that posts a message needs.
func (m message) options() []slack.MsgOption {
	return []slack.MsgOption{slack.MsgOptionBlocks(m.blocks...), slack.MsgOptionText(m.fallback, false)}
}

// response is the message for the address that came with a command or press.
func (m message) response(kind string, replace bool) *slack.WebhookMessage {
	off := false
	return &slack.WebhookMessage{
		Text: m.fallback, Blocks: &slack.Blocks{BlockSet: m.blocks}, ResponseType: kind, ReplaceOriginal: replace, UnfurlLinks: &off, UnfurlMedia: &off,
	}
}

// view puts replies into Slack's form, with the words of one corpus.
type view struct {
	say       corpus.Phrases
	overviews []bot.Suggestion // what there is to browse
}

func (c *Channel) view() view {
	v := view{say: c.desk.Corpus().Phrases}
	for _, d := range c.desk.Corpus().Documents {
		switch {
		case d.Kind != corpus.Statement:
		case d.Overview != nil:
			v.overviews = append(v.overviews, bot.Suggestion{ID: d.Overview.ID, Title: d.Overview.Title})
		case len(d.Entries) > 0: // a short document has no overview; its first statement opens it
			v.overviews = append(v.overviews, bot.Suggestion{ID: d.Entries[0].ID, Title: d.Entries[0].Title})
		}
	}
	return v
}

// plainText shows exactly these words: nothing in them turns into formatting or emoji.
func plainText(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, text, false, false)
}

// paragraph is a text in as many sections as it needs.
func paragraph(text string) []slack.Block {
	var all []slack.Block
	for _, piece := range pieces(text, maxSection) {
		all = append(all, slack.NewSectionBlock(plainText(piece), nil, nil))
	}
	return all
}

// pieces cuts a text after a line, a sentence or a word, so that none is too long.
func pieces(text string, most int) []string {
	var all []string
	for text = strings.TrimSpace(text); utf8.RuneCountInString(text) > most; text = strings.TrimSpace(text) {
		end := len(string([]rune(text)[:most]))
		for _, stop := range []string{"\n", ". ", " "} {
			if at := strings.LastIndex(text[:end], stop); at > end/2 {
				end = at + len(stop)
				break
			}
		}
		all = append(all, strings.TrimSpace(text[:end]))
		text = text[end:]
	}
	if text != "" {
		all = append(all, text)
	}
	return all
}

// cut shortens a text to so many characters, with a sign that it was.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

func heading(text string) []slack.Block {
	if utf8.RuneCountInString(text) > maxHeader {
		return paragraph(text)
	}
	return []slack.Block{slack.NewHeaderBlock(plainText(text))}
}

// part is all that an entry says: official words as a quotation with title, note
// and source, or the reply itself.
func (v view) part(p bot.Part) []slack.Block {
	if p.Kind != bot.Answer {
		return paragraph(p.Passages[0].Text)
	}
	all := heading(p.Title)
	if p.Overview {
		return append(append(all, v.statements(p, p.Passages, true)...), v.source(p))
	}
	all = append(all, paragraph("“"+p.Passages[0].Text+"”")...)
	all = append(all, v.note(p.Passages[0].Note)...)
	return append(all, v.source(p))
}

// statements are an overview's note and these of its statements.
func (v view) statements(p bot.Part, here []bot.Passage, first bool) []slack.Block {
	var all []slack.Block
	if first {
		all = v.note(p.Note)
	}
	for _, one := range here {
		all = append(all, paragraph("“"+one.Text+"”")...)
	}
	return all
}

func (v view) note(text string) []slack.Block {
	if text == "" {
		return nil
	}
	return paragraph(labelled(v.say.Note, text))
}

// source is the line that says where the words stand, when somebody last held them
// against that, and the entry's id, by which staff can find it again.
func (v view) source(p bot.Part) slack.Block {
	from := plainText(cut(labelled(v.say.Source, p.Document), maxContext))
	if p.Source != "" && len(p.Source) <= maxURL {
		link := "<" + strings.NewReplacer("|", "%7C", ">", "%3E", "<", "%3C", "&", "&amp;").Replace(p.Source) + "|" + escape(cut(strings.ReplaceAll(p.Document, "|", "/"), maxHeader)) + ">"
		from = slack.NewTextBlockObject(slack.MarkdownType, escape(labelled(v.say.Source, ""))+link, false, true)
	}
	elements := []slack.MixedElement{from}
	if !p.Reviewed.IsZero() {
		elements = append(elements, plainText("Reviewed on "+p.Reviewed.Format("2 January 2006")))
	}
	return slack.NewContextBlock("", append(elements, plainText("Id: "+p.ID))...)
}

func labelled(label, text string) string {
	if label == "" {
		return text
	}
	return label + ": " + text
}

// size counts the characters of a block that Slack counts.
func size(b slack.Block) int {
	switch b := b.(type) {
	case *slack.SectionBlock:
		return utf8.RuneCountInString(b.Text.Text)
	case *slack.HeaderBlock:
		return utf8.RuneCountInString(b.Text.Text)
	case *slack.ContextBlock:
		n := 0
		for _, e := range b.ContextElements.Elements {
			if text, ok := e.(*slack.TextBlockObject); ok {
				n += utf8.RuneCountInString(text.Text)
			}
		}
		return n
	}
	return maxLabel
}

// pack fills messages with blocks, each message as full as Slack allows.
func pack(blocks []slack.Block) []message {
	var out []message
	room := 0
	for _, b := range blocks {
		n := size(b)
		if len(out) == 0 || n > room || len(out[len(out)-1].blocks) == maxBlocks {
			out = append(out, message{})
			room = maxMessage
		}
		last := &out[len(out)-1]
		last.blocks = append(last.blocks, b)
		last.fallback = strings.TrimPrefix(last.fallback+"\n"+spoken(b), "\n")
		room -= n
	}
	for i := range out {
		out[i].fallback = escape(cut(strings.TrimSpace(out[i].fallback), maxFallback))
	}
	return out
}

// spoken is what a screen reader says of a block.
func spoken(b slack.Block) string {
	switch b := b.(type) {
	case *slack.SectionBlock:
		return b.Text.Text
	case *slack.HeaderBlock:
		return b.Text.Text
	}
	return ""
}

// pageSize is how many statements of an overview a message shows at a time.
const pageSize = 8

// page is one page of an overview; ok is false for an entry that needs none, or
// whose pages would not fit into messages.
func (v view) page(p bot.Part, n int) (m message, ok bool) {
	count := (len(p.Passages) + pageSize - 1) / pageSize
	if count < 2 {
		return message{}, false
	}
	n = min(max(n, 0), count-1)
	here := p.Passages[n*pageSize : min((n+1)*pageSize, len(p.Passages))]
	blocks := append(append(heading(p.Title), v.statements(p, here, n == 0)...), v.source(p))
	packed := pack(blocks)
	if len(packed) != 1 {
		return message{}, false
	}
	var turn []slack.BlockElement
	if n > 0 {
		turn = append(turn, button(actPage+"back", fmt.Sprintf("Back (%d of %d)", n, count), pageValue(p.ID, n-1)))
	}
	if n < count-1 {
		turn = append(turn, button(actPage+"more", fmt.Sprintf("More (%d of %d)", n+2, count), pageValue(p.ID, n+1)))
	}
	packed[0].blocks = append(packed[0].blocks, slack.NewActionBlock("", turn...))
	return packed[0], true
}
