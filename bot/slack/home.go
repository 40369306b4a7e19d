package slack

import (
	"context"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// maxHome is how many blocks the home tab takes for words, of Slack's 100.
const maxHome = 85

// homeView is the home tab: what there is to browse, a search, and what is kept.
// With an id it shows that entry; with a question, what answers it.
func (c *Channel) homeView(ctx context.Context, id, question string) slack.HomeTabViewRequest {
	v := c.view()
	greeting, _ := c.desk.Entry(c.desk.Corpus().Reserved(corpus.GreetingID).ID)
	privacy, _ := c.desk.Entry(c.desk.Corpus().Reserved(corpus.PrivacyID).ID)
	blocks := paragraph(greeting.Text)
	var browse []slack.BlockElement
	for i, o := range v.overviews[:min(len(v.overviews), maxOffered)] {
		browse = append(browse, button(actBrowse+strconv.Itoa(i), o.Title, o.ID))
	}
	if len(browse) > 0 {
		blocks = append(blocks, slack.NewActionBlock("", browse...))
	}
	blocks = append(blocks, queryField(true), slack.NewDividerBlock())
	if r, ok := c.homeReply(ctx, id, question); ok {
		blocks = append(blocks, v.whole(r)...)
	}
	blocks = append(blocks[:min(len(blocks), maxHome)], slack.NewDividerBlock())
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: append(blocks, paragraph(privacy.Text)...)}}
}

func (c *Channel) homeReply(ctx context.Context, id, question string) (bot.Reply, bool) {
	if question != "" {
		r, _ := c.find(ctx, strings.TrimSpace(question))
		return r, true
	}
	return c.desk.Entry(id)
}

// whole is all of a reply, overviews included, with buttons for what is offered beside it.
func (v view) whole(r bot.Reply) []slack.Block {
	var all []slack.Block
	for _, p := range r.Parts {
		all = append(all, v.part(p)...)
	}
	if r.Kind == bot.Clarify {
		all = append(all, paragraph(v.say.Clarify)...)
	}
	var offered []slack.BlockElement
	for i, s := range r.Suggestions {
		offered = append(offered, button(actOpen+strconv.Itoa(i), s.Title, s.ID))
	}
	if r.Kind != bot.Urgent && len(offered) > 0 {
		all = append(all, slack.NewActionBlock("", offered...))
	}
	return all
}

// pressedInView answers a press or a search in the home tab.
func (c *Channel) pressedInView(ctx context.Context, i *interaction, a action) error {
	switch {
	case a.ActionID == fieldQuery && i.View.Type == "home":
		return c.showHome(ctx, i.User.ID, c.homeView(ctx, "", a.Value))
	case strings.HasPrefix(a.ActionID, actBrowse), strings.HasPrefix(a.ActionID, actOpen):
		return c.showHome(ctx, i.User.ID, c.homeView(ctx, a.Value, ""))
	}
	return nil
}

func (c *Channel) showHome(ctx context.Context, user string, view slack.HomeTabViewRequest) error {
	if user == "" {
		return nil
	}
	return c.client.call(ctx, func(ctx context.Context) error {
		_, err := c.client.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: user, View: view})
		return err
	})
}
