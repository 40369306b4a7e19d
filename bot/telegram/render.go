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
	for _, o := range c.desk.Corpus().Overviews() {
		v.choices = append(v.choices, bot.Suggestion{ID: o.ID, Title: o.Title})
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
	var all []message
	var loose []paragraph // not yet in a message
	for _, p := range r.Parts {
		if pages := v.pages(p); pages != nil {
			all = append(append(all, pack(loose)...), pages[0])
			loose = nil
			continue
		}
		loose = append(loose, v.part(p)...)
	}
	switch {
	case r.Kind == bot.Clarify:
		loose = append(loose, paragraph{text: v.say.Clarify})
	case r.Kind == bot.Unknown && len(r.Suggestions) > 0:
		loose = append(loose, paragraph{text: v.say.Suggestions})
	}
	all = append(all, pack(loose)...)
	if len(all) == 0 {
		all = pack([]paragraph{{text: r.Text}})
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

// pages are an overview's pages, each with buttons to the next and the one before;
// none for an entry that needs only one, or whose pages would not fit into messages.
func (v view) pages(p bot.Part) []message {
	count := (len(p.Passages) + pageSize - 1) / pageSize
	if count < 2 || len(pageData(p.ID, count)) > maxData {
		return nil
	}
	var pages []message
	for n := range count {
		packed := pack(v.overview(p, p.Passages[n*pageSize:min((n+1)*pageSize, len(p.Passages))], n == 0))
		if len(packed) != 1 {
			return nil
		}
		var turn row
		if n > 0 {
			turn = append(turn, button(fmt.Sprintf("Back (%d of %d)", n, count), pageData(p.ID, n-1))...)
		}
		if n < count-1 {
			turn = append(turn, button(fmt.Sprintf("More (%d of %d)", n+2, count), pageData(p.ID, n+1))...)
		}
		packed[0].buttons = []row{turn}
		pages = append(pages, packed[0])
	}
	return pages
}

// part is all that an entry says: official words with title, note and source, or the reply itself.
func (v view) part(p bot.Part) []paragraph {
	switch {
	case p.Overview:
		return v.overview(p, p.Passages, true)
	case p.Kind != bot.Answer:
		return []paragraph{{text: p.Passages[0].Text}}
	}
	all := []paragraph{{look: title, text: p.Title}, {look: quote, text: p.Passages[0].Text}}
	all = append(all, v.note(p.Passages[0].Note)...)
	return append(all, v.source(p.Document, p.Source))
}

// overview is an overview's title, its note on the first page, and these of its statements.
func (v view) overview(p bot.Part, here []bot.Passage, first bool) []paragraph {
	all := []paragraph{{look: title, text: p.Title}}
	if first {
		all = append(all, v.note(p.Note)...)
	}
	for _, one := range here {
		all = append(all, paragraph{look: quote, text: one.Text})
	}
	return append(all, v.source(p.Document, p.Source))
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
