package telegram

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// place is where in Telegram a reply goes.
type place struct {
	chat    int64
	topic   int  // of a forum; 0 for none
	replyTo int  // the message replied to; 0 for none
	urgent  bool // goes out before what is not
}

// send sends a message and returns its id. Should Telegram reject the formatting,
// it sends the same words plain; should topic or chat have moved, it follows.
func (s *sender) send(ctx context.Context, at place, m message) (int, error) {
	var sent struct {
		ID int `json:"message_id"`
	}
	err := s.sendTo(ctx, at, m.params(true), &sent)
	if said(err, http.StatusBadRequest, "can't parse entities") {
		err = s.sendTo(ctx, at, m.params(false), &sent)
	}
	return sent.ID, err
}

func (s *sender) sendTo(ctx context.Context, at place, params tgbotapi.Params, out any) error {
	at.fill(params)
	err := s.paced(ctx, at, "sendMessage", params, out)
	if said(err, http.StatusBadRequest, "thread not found") || said(err, http.StatusBadRequest, "topic") {
		delete(params, "message_thread_id")
		err = s.paced(ctx, at, "sendMessage", params, out)
	}
	if moved := movedTo(err); moved != 0 {
		delete(params, "reply_parameters") // the message has another id there
		at.chat = moved
		err = s.paced(ctx, at, "sendMessage", params, out)
	}
	return err
}

func (at place) fill(params tgbotapi.Params) {
	params.AddNonZero("message_thread_id", at.topic)
	if at.replyTo != 0 {
		params["reply_parameters"] = mustJSON(map[string]any{"message_id": at.replyTo, "allow_sending_without_reply": true})
	}
}

// edit puts another message in the place of one that the bot sent.
func (s *sender) edit(ctx context.Context, at place, id int, m message) error {
	err := s.editWith(ctx, at, id, m.params(true))
	if said(err, http.StatusBadRequest, "can't parse entities") {
		err = s.editWith(ctx, at, id, m.params(false))
	}
	if said(err, http.StatusBadRequest, "not modified") {
		return nil
	}
	return err
}

func (s *sender) editWith(ctx context.Context, at place, id int, params tgbotapi.Params) error {
	params["message_id"] = strconv.Itoa(id)
	return s.paced(ctx, at, "editMessageText", params, nil)
}

// params are a message's words, with or without formatting, and its buttons.
func (m message) params(formatted bool) tgbotapi.Params {
	p := tgbotapi.Params{"text": m.plain, "link_preview_options": `{"is_disabled":true}`}
	if formatted {
		p["text"], p["parse_mode"] = m.html, tgbotapi.ModeHTML
	}
	if len(m.buttons) > 0 {
		p["reply_markup"] = mustJSON(tgbotapi.NewInlineKeyboardMarkup(m.buttons...))
	}
	return p
}

// remove deletes a message that the bot sent.
func (s *sender) remove(ctx context.Context, at place, id int) error {
	return s.paced(ctx, at, "deleteMessage", tgbotapi.Params{"message_id": strconv.Itoa(id)}, nil)
}

// mustJSON encodes what is made of strings and numbers, which cannot fail.
func mustJSON(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out)
}
