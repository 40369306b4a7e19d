package telegram

import (
	"context"

	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

// Check tests the token, and how updates reach the program.
func (c *Channel) Check(ctx context.Context) []traffic.Finding {
	token := traffic.Finding{What: "Telegram token"}
	var me user
	if err := c.api.call(ctx, "getMe", nil, &me); err != nil {
		token.Problem = explain(err)
		return []traffic.Finding{token}
	}
	token.Good = "the bot is @" + me.Username
	return []traffic.Finding{token, c.checkWebhook(ctx)}
}

func (c *Channel) checkWebhook(ctx context.Context) traffic.Finding {
	f := traffic.Finding{What: "Telegram webhook"}
	var hook struct {
		URL       string `json:"url"`
		LastError string `json:"last_error_message"`
	}
	if err := c.api.call(ctx, "getWebhookInfo", nil, &hook); err != nil {
		f.Problem = explain(err)
		return f
	}
	switch want := c.webhookURL(); {
	case want == "" && hook.URL == "":
		f.Good = "none is set: messages are fetched"
	case want == "":
		f.Good = "one is set; `frontdesk serve` deletes it and fetches messages"
	case hook.URL != want:
		f.Good = "another one is set; `frontdesk serve` puts this program's in its place"
	case hook.LastError != "":
		f.Problem = "telegram could not deliver to it (" + hook.LastError + "); check the proxy, its certificate and that `frontdesk serve` runs"
	default:
		f.Good = "set to this program"
	}
	return f
}
