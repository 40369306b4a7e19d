package telegram

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/frontdesk-care/frontdesk/bot/traffic"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// Limits on what a bot may say of itself, in UTF-16 units. Source: the Bot API's
// setMyDescription, setMyShortDescription and BotCommand.
const (
	maxDescription      = 512
	maxShortDescription = 120
	maxCommandText      = 256
	maxCommands         = 100
)

// describedFor is how long a description may lag behind a changed corpus. Looking
// costs nothing, and Telegram's apps themselves show commands some minutes late.
const describedFor = time.Minute

// keepDescribed describes the bot, and again whenever its corpus is another one,
// until ctx ends.
func (c *Channel) keepDescribed(ctx context.Context) {
	for {
		described := c.desk.Corpus()
		c.describe(ctx)
		for c.desk.Corpus() == described {
			if !traffic.Sleep(ctx, c.describedFor) {
				return
			}
		}
	}
}

// describe tells Telegram the bot's commands and descriptions, where they differ
// from those it has. The bot works without, so a failure is only logged.
func (c *Channel) describe(ctx context.Context) {
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return c.setCommands(ctx, "all_private_chats", c.commands(true)) },
		func(ctx context.Context) error { return c.setCommands(ctx, "all_group_chats", c.commands(false)) },
		func(ctx context.Context) error {
			return c.setText(ctx, "MyDescription", "description", c.reserved(corpus.GreetingID).Text, maxDescription)
		},
		func(ctx context.Context) error {
			return c.setText(ctx, "MyShortDescription", "short_description", c.desk.Corpus().Phrases.About, maxShortDescription)
		},
	} {
		if err := step(ctx); err != nil && ctx.Err() == nil {
			c.log.Warn("telegram did not take the bot's description; the bot works all the same", "cause", err)
			return
		}
	}
}

// afterAll ranks small talk behind every other command.
const afterAll = 9

var telegramCommand = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

// commands are the corpus's, emergencies first, then what is asked most, then talk.
// A group has no use for "start", which opens a private chat.
func (c *Channel) commands(private bool) []tgbotapi.BotCommand {
	entries := c.desk.Corpus()
	type ranked struct {
		tgbotapi.BotCommand
		rank int
	}
	var all []ranked
	for name, id := range entries.Commands {
		e := entries.Entry(id)
		name = strings.ReplaceAll(name, "-", "_")
		if e == nil || !telegramCommand.MatchString(name) || name == startCommand && !private {
			continue
		}
		rank := slices.Index([]corpus.Kind{corpus.Urgent, corpus.Statement, corpus.Signpost}, e.Kind())
		if rank < 0 {
			rank = afterAll
		}
		all = append(all, ranked{tgbotapi.BotCommand{Command: name, Description: e.Title[:cutText(e.Title, maxCommandText)]}, rank})
	}
	slices.SortFunc(all, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.Command, b.Command))
	})
	commands := []tgbotapi.BotCommand{}
	for _, r := range all[:min(len(all), maxCommands)] {
		commands = append(commands, r.BotCommand)
	}
	return commands
}

func (c *Channel) setCommands(ctx context.Context, scope string, want []tgbotapi.BotCommand) error {
	params := tgbotapi.Params{"scope": mustJSON(map[string]string{"type": scope})}
	var have []tgbotapi.BotCommand
	if err := c.sender.call(ctx, "getMyCommands", params, &have); err != nil || slices.Equal(have, want) {
		return err
	}
	params["commands"] = mustJSON(want)
	return c.sender.call(ctx, "setMyCommands", params, nil)
}

// setText sets one of the texts about the bot, cut after a sentence where it is too long.
func (c *Channel) setText(ctx context.Context, what, field, text string, most int) error {
	want := strings.TrimSpace(text[:cutText(text, most)])
	var have map[string]string
	if err := c.sender.call(ctx, "get"+what, tgbotapi.Params{}, &have); err != nil || want == "" || have[field] == want {
		return err
	}
	return c.sender.call(ctx, "set"+what, tgbotapi.Params{field: want}, nil)
}
