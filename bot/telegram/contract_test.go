package telegram_test

import (
	"log/slog"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

func TestContract(t *testing.T) {
	channeltest.Run(t, func(t *testing.T, log *slog.Logger, b *bot.Bot) func(...string) []channeltest.Said {
		r := start(t, b, logTo(log))
		const chat = 42
		return func(texts ...string) []channeltest.Said {
			before := len(r.Sent(chat))
			for _, text := range texts {
				r.Say(chat, text)
			}
			r.settled()
			var all []channeltest.Said
			for _, m := range r.Sent(chat)[before:] {
				all = append(all, channeltest.Said{Text: m.Text, Labels: labels(m)})
			}
			return all
		}
	})
}

func labels(m telegramtest.Message) []string {
	var all []string
	for _, row := range m.Keyboard {
		for _, b := range row {
			all = append(all, b.Text)
		}
	}
	return all
}
