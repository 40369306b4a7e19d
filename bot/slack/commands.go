package slack

import (
	"context"

	"github.com/slack-go/slack"
)

// command is a slash command that somebody typed.
type command struct {
	TriggerID   string `json:"trigger_id"`
	ChannelID   string `json:"channel_id"`
	UserID      string `json:"user_id"`
	Text        string `json:"text"`
	ResponseURL string `json:"response_url"`
}

// command answers a slash command: only the person who typed it sees the answer,
// and may share it.
func (c *Channel) command(cmd *command) *job {
	if cmd.ResponseURL == "" {
		return nil
	}
	j := &job{lane: "command " + cmd.TriggerID}
	if cmd.TriggerID != "" {
		j.key = "command " + cmd.TriggerID
	}
	j.do = func(ctx context.Context) (any, error) {
		r, typed := c.find(ctx, plain(cmd.Text))
		if err := c.tell(ctx, cmd.ResponseURL, c.view().reply(r, typed, onlyOne), false); err != nil {
			return nil, err
		}
		c.counts.Answered(r.Kind, r.ID)
		return nil, nil
	}
	return j
}

// tell shows messages to one person. With replace, the first takes the place of
// the message that was pressed.
func (c *Channel) tell(ctx context.Context, address string, all []message, replace bool) error {
	for i, m := range all {
		if err := c.client.respond(ctx, address, m.response(slack.ResponseTypeEphemeral, replace && i == 0)); err != nil {
			return err
		}
	}
	return nil
}
