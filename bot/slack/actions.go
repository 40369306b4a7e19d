package slack

import (
	"context"
	"strings"

	"github.com/slack-go/slack"
)

// interaction is a press on a button, a shortcut, or a form that was sent.
type interaction struct {
	Type        string `json:"type"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	User        struct {
		ID string `json:"id"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		MessageTS   string `json:"message_ts"`
		ThreadTS    string `json:"thread_ts"`
		IsEphemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Message struct {
		Text string `json:"text"`
	} `json:"message"`
	Actions []action `json:"actions"`
	View    *form    `json:"view"`
	// Where the person wants the words of a form inserted.
	ResponseURLs []struct {
		ResponseURL string `json:"response_url"`
	} `json:"response_urls"`
}

type action struct {
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
}

// interaction finds out what to do about a press, a shortcut or a form; nil for nothing.
func (c *Channel) interaction(i *interaction) *job {
	j := &job{lane: "trigger " + i.TriggerID} // each its own: none waits for another
	if i.TriggerID != "" {
		j.key = "trigger " + i.TriggerID
	}
	switch {
	case i.Type == "block_actions" && len(i.Actions) > 0 && i.View != nil:
		j.do = func(ctx context.Context) (any, error) { return nil, c.pressedInView(ctx, i, i.Actions[0]) }
	case i.Type == "block_actions" && len(i.Actions) > 0:
		j.do = func(ctx context.Context) (any, error) { return nil, c.pressed(ctx, i, i.Actions[0]) }
	case i.Type == "message_action":
		j.do = func(ctx context.Context) (any, error) { return nil, c.findOn(ctx, i) }
	case i.Type == "shortcut":
		j.do = func(ctx context.Context) (any, error) { return nil, c.openView(ctx, i.TriggerID, searchForm()) }
	case i.Type == "view_submission" && i.View != nil:
		j.do = func(ctx context.Context) (any, error) { return c.submitted(ctx, i) }
	default:
		return nil
	}
	return j
}

// findOn looks for the group's words on somebody's message, for the person who asked to.
func (c *Channel) findOn(ctx context.Context, i *interaction) error {
	r, typed := c.find(ctx, plain(i.Message.Text))
	if err := c.tell(ctx, i.ResponseURL, c.view().reply(r, typed, onlyOne), false); err != nil {
		return err
	}
	c.counts.Answered(r.Kind, r.ID)
	return nil
}

// pressed answers a press on a message's button, whether the bot knows the button or not.
func (c *Channel) pressed(ctx context.Context, i *interaction, a action) error {
	id, page := splitValue(a.Value)
	r, known := c.desk.Entry(id)
	v := c.view()
	switch {
	case !known:
		return c.tell(ctx, i.ResponseURL, pack(paragraph(v.say.Gone)), false)
	case a.ActionID == actRight, a.ActionID == actWrong:
		c.counts.Judged(id, a.ActionID == actRight)
		return c.tell(ctx, i.ResponseURL, pack(paragraph(v.say.Thanks)), false)
	case a.ActionID == actCopy:
		return c.openView(ctx, i.TriggerID, copyView(r))
	case a.ActionID == actShare:
		return c.share(ctx, i.ResponseURL, i.User.ID, v.reply(r, false, everybody), true)
	case strings.HasPrefix(a.ActionID, actPage):
		if m, ok := v.page(r.Parts[0], page); ok {
			return c.client.respond(ctx, i.ResponseURL, m.response("", true))
		}
	}
	c.counts.Answered(r.Kind, r.ID)
	if i.Container.IsEphemeral {
		return c.tell(ctx, i.ResponseURL, v.reply(r, false, onlyOne), true)
	}
	thread := i.Container.ThreadTS
	if thread == "" && !strings.HasPrefix(i.Channel.ID, "D") {
		thread = i.Container.MessageTS
	}
	return c.send(ctx, i.Channel.ID, thread, v.reply(r, false, everybody))
}

// share shows everybody in the conversation what one person found, under that
// person's name. drop takes the copy away that only the person saw.
func (c *Channel) share(ctx context.Context, address, user string, all []message, drop bool) error {
	for n, m := range all {
		if n == 0 {
			by := slack.NewContextBlock("", slack.NewTextBlockObject(slack.MarkdownType, "Shared by <@"+user+">", false, false))
			m.blocks = append([]slack.Block{by}, m.blocks...)
		}
		if err := c.client.respond(ctx, address, m.response(slack.ResponseTypeInChannel, false)); err != nil {
			return err
		}
	}
	if !drop {
		return nil
	}
	return c.client.respond(ctx, address, &slack.WebhookMessage{DeleteOriginal: true})
}
