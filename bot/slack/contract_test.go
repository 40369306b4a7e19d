package slack_test

import (
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/slack/slacktest"
)

// Each way of delivery, and each way of asking, keeps the contract.
func TestContract(t *testing.T) {
	ways := map[string]func(*rig, string) func() []slacktest.Posted{
		"direct messages": func(r *rig, text string) func() []slacktest.Posted {
			r.DirectMessage("U1", strings.TrimPrefix(text, "/"))
			return func() []slacktest.Posted { return r.Posted("DU1") }
		},
		"mentions": func(r *rig, text string) func() []slacktest.Posted {
			r.Mention("C1", "U1", escaped(strings.TrimPrefix(text, "/")))
			return func() []slacktest.Posted { return r.Posted("C1") }
		},
	}
	for name, send := range ways {
		for delivery, options := range map[string][]option{"sockets": nil, "HTTP": {overHTTP}} {
			t.Run(name+" over "+delivery, func(t *testing.T) {
				channeltest.Run(t, func(t *testing.T, log *slog.Logger, b *bot.Bot) func(...string) []channeltest.Said {
					r := start(t, b, append(options, logTo(log))...)
					seen := 0
					return func(texts ...string) []channeltest.Said {
						var posted func() []slacktest.Posted
						for _, text := range texts {
							posted = send(r, text)
							r.settled() // over two sockets, or HTTP, what is sent in the same moment has no order
						}
						r.settled()
						var all []channeltest.Said
						for _, p := range posted()[seen:] {
							all = append(all, channeltest.Said{Text: words(p), Labels: slices.Collect(maps.Keys(buttons(p.Blocks)))})
						}
						seen = len(posted())
						return all
					}
				})
			})
		}
	}
}

// escaped is a text as Slack writes it into an event.
func escaped(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}
