package slack

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/frontdesk-care/frontdesk/bot"
)

// The names of forms and of the fields in them.
const (
	formSearch  = "search"
	formInsert  = "insert"
	fieldQuery  = "query"
	fieldWords  = "words"
	fieldTarget = "target"
)

// triggerTime is how long a press may open a form. Source: Slack's "Modals".
const triggerTime = 3 * time.Second

// maxInput is the most that a text field can hold at first, in characters.
const maxInput = 3000

// form is a form that is open, with what was filled in.
type form struct {
	CallbackID string `json:"callback_id"`
	Type       string `json:"type"`
	State      struct {
		Values map[string]map[string]field `json:"values"`
	} `json:"state"`
}

type field struct {
	Value          string `json:"value"`
	SelectedOption struct {
		Value string `json:"value"`
	} `json:"selected_option"`
}

// of gives what was filled in; a field's block and action have the same name.
func (f *form) of(name string) field { return f.State.Values[name][name] }

func (c *Channel) openView(ctx context.Context, trigger string, view slack.ModalViewRequest) error {
	if trigger == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, triggerTime)
	defer cancel()
	_, err := c.client.OpenViewContext(ctx, trigger, view)
	return clean(err)
}

// queryField is where a question is typed.
func queryField(dispatch bool) *slack.InputBlock {
	element := slack.NewPlainTextInputBlockElement(plainText("such as: do patients have to pay?"), fieldQuery)
	b := slack.NewInputBlock(fieldQuery, plainText("What are you looking for?"), nil, element)
	b.DispatchAction = dispatch
	return b
}

// searchForm asks what to look for, above what the last search found.
func searchForm(found ...slack.Block) slack.ModalViewRequest {
	blocks := append([]slack.Block{queryField(false)}, found...)
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: formSearch, Title: plainText("Find our words"), Submit: plainText("Search"), Close: plainText("Close"),
		Blocks: slack.Blocks{BlockSet: blocks},
	}
}

// submitted answers a form that was sent: with results, or by inserting one.
func (c *Channel) submitted(ctx context.Context, i *interaction) (any, error) {
	switch i.View.CallbackID {
	case formSearch:
		r, _ := c.find(ctx, strings.TrimSpace(i.View.of(fieldQuery).Value))
		c.counts.Answered(r.Kind, r.ID)
		return slack.NewUpdateViewSubmissionResponse(c.resultForm(r)), nil
	case formInsert:
		r, known := c.desk.Entry(i.View.of(fieldWords).SelectedOption.Value)
		if !known || len(i.ResponseURLs) == 0 {
			return nil, nil
		}
		return nil, c.share(ctx, i.ResponseURLs[0].ResponseURL, i.User.ID, c.view().reply(r, false, everybody), false)
	}
	return nil, nil
}

// resultForm shows what was found and lets the person put it into a conversation.
func (c *Channel) resultForm(r bot.Reply) *slack.ModalViewRequest {
	v := c.view()
	var blocks []slack.Block
	for _, m := range v.reply(r, false, everybody) {
		for _, b := range m.blocks {
			if _, buttons := b.(*slack.ActionBlock); !buttons {
				blocks = append(blocks, b)
			}
		}
	}
	blocks = blocks[:min(len(blocks), maxBlocks)]
	options := c.insertable(r)
	if r.Kind == bot.Urgent || len(options) == 0 {
		form := searchForm(blocks...)
		return &form
	}
	words := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plainText("Choose"), fieldWords, options...)
	words.InitialOption = options[0]
	target := slack.NewOptionsSelectBlockElement(slack.OptTypeConversations, plainText("Choose"), fieldTarget)
	target.DefaultToCurrentConversation, target.ResponseURLEnabled = true, true
	blocks = append(blocks,
		slack.NewInputBlock(fieldWords, plainText("Words to insert"), nil, words),
		slack.NewInputBlock(fieldTarget, plainText("Insert into"), nil, target),
	)
	return &slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: formInsert, Title: plainText("Find our words"), Submit: plainText("Insert"), Close: plainText("Close"),
		Blocks: slack.Blocks{BlockSet: blocks},
	}
}

// insertable are the entries of a reply that make sense in a conversation.
func (c *Channel) insertable(r bot.Reply) []*slack.OptionBlockObject {
	var ids []string
	for _, p := range r.Parts {
		ids = append(ids, p.ID)
	}
	for _, s := range r.Suggestions {
		ids = append(ids, s.ID)
	}
	var options []*slack.OptionBlockObject
	seen := map[string]bool{}
	for _, id := range ids {
		e, known := c.desk.Entry(id)
		if !known || seen[id] || e.Kind != bot.Answer && e.Kind != bot.Signpost {
			continue
		}
		seen[id] = true
		options = append(options, slack.NewOptionBlockObject(id, plainText(cut(e.Title, maxLabel)), nil))
	}
	return options
}

// copyView shows a reply as one text in a field, where it can be selected as a whole.
func copyView(r bot.Reply) slack.ModalViewRequest {
	text := slack.NewPlainTextInputBlockElement(nil, fieldWords)
	text.Multiline = true
	text.InitialValue = cut(r.Text, maxInput)
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: "copy", Title: plainText("Copy the words"), Close: plainText("Close"), Submit: plainText("Done"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewInputBlock(fieldWords, plainText("Select all, then copy"), nil, text)}},
	}
}
