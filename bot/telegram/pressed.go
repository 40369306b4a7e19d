package telegram

import (
	"context"
	"net/http"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/frontdesk-care/frontdesk/bot"
)

// maxToast is the most that Telegram shows in answer to a press, in UTF-16 units.
// Source: the Bot API's answerCallbackQuery.
const maxToast = 200

// pressed answers a press on a button, whether the bot knows the button or not:
// without an answer, the app shows a spinner for a minute.
func (c *Channel) pressed(ctx context.Context, p *callback) error {
	sign, id, page := splitData(p.Data)
	r, known := c.desk.Entry(id)
	say := c.desk.Corpus().Phrases
	switch {
	case !known:
		return c.toast(ctx, p, say.Gone, true)
	case sign != "":
		c.counts.Judged(id, sign == rightSign)
		if err := c.toast(ctx, p, say.Thanks, false); err != nil {
			return err
		}
		return c.dropKeyboard(ctx, p)
	}
	if err := c.toast(ctx, p, "", false); err != nil {
		return err
	}
	if p.Message == nil || p.Message.Chat.ID == 0 {
		return nil // a message that the bot did not send: there is nowhere to answer
	}
	if c.floods.judge(p.Message.Chat.ID, time.Now(), r.Kind == bot.Urgent) != goAhead {
		return nil
	}
	c.counts.Answered(r.Kind, r.ID)
	return c.open(ctx, p.Message, r, page)
}

// open shows an entry below the message whose button was pressed, or turns that message's page.
func (c *Channel) open(ctx context.Context, m *incoming, r bot.Reply, page string) error {
	v := c.view()
	at := m.place()
	if n, err := strconv.Atoi(page); err == nil && len(r.Parts) == 1 && v.pages(r.Parts[0]) != nil {
		pages := v.pages(r.Parts[0])
		turned := pages[min(max(n, 0), len(pages)-1)]
		if m.Date == 0 { // too old for the bot to change
			_, err := c.sender.send(ctx, at, turned)
			return err
		}
		err := c.sender.edit(ctx, at, m.ID, turned)
		if said(err, http.StatusBadRequest, "message") {
			_, err = c.sender.send(ctx, at, turned)
		}
		return err
	}
	for _, reply := range v.reply(r, false) {
		at.urgent = reply.urgent
		if _, err := c.sender.send(ctx, at, reply); err != nil {
			return err
		}
		at.replyTo = 0
	}
	return nil
}

// toast answers a press with a short text, or with none. Telegram takes no answer
// to a press that is older than some minutes; then nobody waits for it.
func (c *Channel) toast(ctx context.Context, p *callback, text string, alert bool) error {
	params := tgbotapi.Params{"callback_query_id": p.ID}
	params.AddNonEmpty("text", text[:cutText(text, maxToast)])
	params.AddBool("show_alert", alert && text != "")
	return c.sender.soon(ctx, "answerCallbackQuery", params)
}

// dropKeyboard takes the buttons off a message.
func (c *Channel) dropKeyboard(ctx context.Context, p *callback) error {
	if p.Message == nil || p.Message.Date == 0 {
		return nil
	}
	params := tgbotapi.Params{"message_id": strconv.Itoa(p.Message.ID), "reply_markup": `{"inline_keyboard":[]}`}
	err := c.sender.paced(ctx, p.Message.place(), "editMessageReplyMarkup", params, nil)
	if said(err, http.StatusBadRequest, "message") { // pressed twice, or the message is gone
		return nil
	}
	return err
}
