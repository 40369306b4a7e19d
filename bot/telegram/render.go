package telegram

import (
	"fmt"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// pageSize is how many statements of an overview a message shows at a time: about
// a screenful on a telephone.
const pageSize = 5

// row is a line of buttons.
type row = []tgbotapi.InlineKeyboardButton

// maxLabel keeps a button's label, in runes, on one line of a wide screen.
const maxLabel = 60

func button(label, data string) row {
	if runes := []rune(label); len(runes) > maxLabel {
		label = string(runes[:maxLabel-1]) + "…"
	}
	return row{tgbotapi.NewInlineKeyboardButtonData(label, data)}
}

// view puts replies into Telegram's form, with the words of one corpus.
type view struct {
	library Library
	say     corpus.Phrases
	choices []bot.Suggestion // offered beside a greeting
}

func (c *Channel) view() view {
	v := view{library: c.desk, say: c.desk.Corpus().Phrases}
	for _, d := range c.desk.Corpus().Documents {
		if d.Kind == corpus.Statement && d.Overview != nil {
			v.choices = append(v.choices, bot.Suggestion{ID: d.Overview.ID, Title: d.Overview.Title})
		}
	}
	return v
}

// line is a message of one line of the corpus; nothing when the corpus has none.
func (v view) line(text string) []message {
	return pack([]paragraph{{text: text}})
}

// reply turns a reply into messages with their buttons. typed tells that it
// answers free text: then people can say whether it is right.
func (v view) reply(r bot.Reply, typed bool) []message {
	head, rest := v.overview(r)
	var all []message
	if len(head) > 0 {
		all = pack(v.pageText(r, head, true))
		if pages := v.pages(r, head); pages != nil {
			all = pages[:1]
		}
	}
	all = append(all, pack(v.passages(rest))...)
	if r.Kind == bot.Clarify {
		all = pack([]paragraph{{text: v.say.Clarify}})
	}
	if r.Kind == bot.Unknown && len(r.Suggestions) > 0 && v.say.Suggestions != "" {
		all = pack(append(v.passages(rest), paragraph{text: v.say.Suggestions}))
	}
	if len(all) == 0 {
		all = pack([]paragraph{{text: r.Text}, {text: r.Title}})
	}
	if len(all) == 0 {
		return nil
	}
	last := &all[len(all)-1]
	last.buttons = append(last.buttons, v.buttons(r, typed)...)
	for i := range all {
		all[i].urgent = r.Kind == bot.Urgent
	}
	return all
}

// overview splits a reply's passages into those of the overview that leads it, if one does, and the rest.
func (v view) overview(r bot.Reply) (head, rest []bot.Passage) {
	if len(r.Passages) == 0 || r.Passages[0].ID == r.ID {
		return nil, r.Passages
	}
	whole, ok := v.library.Entry(r.ID)
	if !ok || len(whole.Passages) > len(r.Passages) {
		return nil, r.Passages
	}
	return r.Passages[:len(whole.Passages)], r.Passages[len(whole.Passages):]
}

// pages are an overview's pages, each with buttons to the next and the one before;
// none for an overview that has only one, or whose pages would not fit into messages.
func (v view) pages(r bot.Reply, all []bot.Passage) []message {
	count := (len(all) + pageSize - 1) / pageSize
	if count < 2 || len(pageData(r.ID, count)) > maxData {
		return nil
	}
	var pages []message
	for n := range count {
		packed := pack(v.pageText(r, all[n*pageSize:min((n+1)*pageSize, len(all))], n == 0))
		if len(packed) != 1 {
			return nil
		}
		var turn row
		if n > 0 {
			turn = append(turn, button(fmt.Sprintf("Back (%d of %d)", n, count), pageData(r.ID, n-1))...)
		}
		if n < count-1 {
			turn = append(turn, button(fmt.Sprintf("More (%d of %d)", n+2, count), pageData(r.ID, n+1))...)
		}
		packed[0].buttons = []row{turn}
		pages = append(pages, packed[0])
	}
	return pages
}

// pageText is an overview's title, its note on the first page, and these of its statements.
func (v view) pageText(r bot.Reply, here []bot.Passage, first bool) []paragraph {
	all := []paragraph{{look: title, text: r.Title}}
	e := v.library.Corpus().Entry(r.ID)
	if first && e != nil {
		all = append(all, v.note(e.Note)...)
	}
	for _, p := range here {
		all = append(all, paragraph{look: quote, text: p.Text})
	}
	if e != nil {
		all = append(all, v.source(e.Document.Title, e.Document.Source))
	}
	return all
}

// passages are the words of entries: official ones with title, note and source.
func (v view) passages(all []bot.Passage) []paragraph {
	var out []paragraph
	for _, p := range all {
		e, ok := v.library.Entry(p.ID)
		if !ok || e.Kind != bot.Answer {
			out = append(out, paragraph{text: p.Text})
			continue
		}
		out = append(out, paragraph{look: title, text: e.Title}, paragraph{look: quote, text: p.Text})
		out = append(out, v.note(p.Note)...)
		out = append(out, v.source(p.Document, p.Source))
	}
	return out
}

func (v view) note(text string) []paragraph {
	if text == "" {
		return nil
	}
	return []paragraph{{text: labelled(v.say.Note, text)}}
}

// maxURL is the longest address that is shown: browsers take no longer ones.
const maxURL = 2000

func (v view) source(document, url string) paragraph {
	if len(url) > maxURL {
		url = ""
	}
	return paragraph{look: source, text: labelled(v.say.Source, sourceMark+document), url: url}
}

func labelled(label, text string) string {
	if label == "" {
		return text
	}
	return label + ": " + text
}

// buttons go below the whole reply. An emergency has none: nothing must distract from it.
func (v view) buttons(r bot.Reply, typed bool) []row {
	var rows []row
	offered := r.Suggestions
	switch r.Kind {
	case bot.Urgent:
		return nil
	case bot.Smalltalk:
		if r.ID == corpus.GreetingID || r.ID == corpus.HelpID {
			offered = v.choices
		}
	case bot.Answer:
		if len(offered) == 0 {
			offered = v.whole(r.ID)
		}
	}
	for _, s := range offered {
		rows = append(rows, button(s.Title, s.ID))
	}
	if typed && (r.Kind == bot.Answer || r.Kind == bot.Signpost) {
		rows = append(rows, button("Yes, this is what I asked", rightSign+r.ID), button("No, not what I asked", wrongSign+r.ID))
	}
	return rows
}

// whole is the overview of the document that an entry stands in.
func (v view) whole(id string) []bot.Suggestion {
	e := v.library.Corpus().Entry(id)
	if e == nil || e.Document.Overview == nil || e.Document.Overview == e {
		return nil
	}
	return []bot.Suggestion{{ID: e.Document.Overview.ID, Title: e.Document.Overview.Title}}
}

// A button's data is an entry's id, with a sign in front for what was thought of
// the answer, or a page's number behind. An id has at most 63 bytes of small
// letters, digits and hyphens, so a sign fits, and can be told apart where it is
// no hyphen.
const (
	maxData   = 64 // bytes; source: the Bot API's InlineKeyboardButton
	rightSign = "+"
	wrongSign = "!"
	pageSign  = ":"
)

func pageData(id string, page int) string { return fmt.Sprintf("%s%s%d", id, pageSign, page) }

// splitData takes a button's data apart.
func splitData(data string) (sign, id, page string) {
	if strings.HasPrefix(data, rightSign) || strings.HasPrefix(data, wrongSign) {
		return data[:1], data[1:], ""
	}
	id, page, _ = strings.Cut(data, pageSign)
	return "", id, page
}
