package slack

import (
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// What buttons are called to Slack. Their values are entry ids.
const (
	actOpen   = "open."   // show an entry
	actPage   = "page."   // turn an overview's page
	actShare  = "share"   // show everybody what only one person sees
	actCopy   = "copy"    // show the words so that they can be copied
	actRight  = "right"   // this is what was asked
	actWrong  = "wrong"   // it is not
	actBrowse = "browse." // in the home tab: show a document there
)

const pageSign = ":"

func pageValue(id string, page int) string { return id + pageSign + strconv.Itoa(page) }

// splitValue takes a button's value apart.
func splitValue(value string) (id string, page int) {
	id, number, _ := strings.Cut(value, pageSign)
	page, err := strconv.Atoi(number)
	if err != nil {
		page = 0
	}
	return id, page
}

func button(action, label, value string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(action, value, plainText(cut(label, maxLabel)))
}

// audience is who sees a reply.
type audience int

const (
	everybody audience = iota // in the channel
	onlyOne                   // the person who asked; they may share it
)

// reply turns a reply into messages with their buttons. typed tells that it
// answers free text: then people can say whether it is right.
func (v view) reply(r bot.Reply, typed bool, to audience) []message {
	var all []message
	var loose []slack.Block // not yet in a message
	for i, p := range r.Parts {
		if page, ok := v.page(p, 0); ok {
			all = append(append(all, pack(loose)...), page)
			loose = nil
			continue
		}
		if i > 0 && len(loose) > 0 {
			loose = append(loose, slack.NewDividerBlock())
		}
		loose = append(loose, v.part(p)...)
	}
	switch {
	case r.Kind == bot.Clarify:
		loose = append(loose, paragraph(v.say.Clarify)...)
	case r.Kind == bot.Unknown && len(r.Suggestions) > 0:
		loose = append(loose, paragraph(v.say.Suggestions)...)
	}
	all = append(all, pack(loose)...)
	if len(all) == 0 {
		all = pack(paragraph(r.Text))
	}
	if len(all) == 0 {
		return nil
	}
	last := &all[len(all)-1]
	if r.Kind == bot.Clarify || r.Kind == bot.Unknown {
		for _, s := range r.Suggestions { // a screen reader reads this, and not the buttons
			last.fallback += "\n- " + escape(s.Title)
		}
	}
	last.blocks = append(last.blocks, v.actions(r, typed, to)...)
	return all
}

// actions go below the whole reply. An emergency has none: nothing must distract from it.
func (v view) actions(r bot.Reply, typed bool, to audience) []slack.Block {
	if r.Kind == bot.Urgent {
		return nil
	}
	offered := r.Suggestions
	if r.ID == corpus.GreetingID || r.ID == corpus.HelpID {
		offered = v.overviews
	}
	var rows []slack.Block
	if row := openRow(offered); row != nil {
		rows = append(rows, row)
	}
	var act []slack.BlockElement
	if r.Kind == bot.Answer || r.Kind == bot.Signpost {
		if to == onlyOne {
			act = append(act, button(actShare, "Share in channel", r.ID))
		}
		act = append(act, button(actCopy, "Copy the words", r.ID))
		if typed {
			act = append(act, button(actRight, "Helpful", r.ID), button(actWrong, "Not helpful", r.ID))
		}
	}
	if len(act) > 0 {
		rows = append(rows, slack.NewActionBlock("", act...))
	}
	return rows
}

// maxOffered keeps a row of buttons within Slack's 25.
const maxOffered = 10

func openRow(offered []bot.Suggestion) *slack.ActionBlock {
	var open []slack.BlockElement
	for i, s := range offered[:min(len(offered), maxOffered)] {
		open = append(open, button(actOpen+strconv.Itoa(i), s.Title, s.ID))
	}
	if len(open) == 0 {
		return nil
	}
	return slack.NewActionBlock("", open...)
}
