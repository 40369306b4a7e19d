package telegram

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf16"
)

// update is what Telegram tells the bot, with the fields that matter here. Every
// other field is left alone, so that none can stand in an answer's way.
type update struct {
	ID       int64        `json:"update_id"`
	Message  *incoming    `json:"message"`
	Edited   *incoming    `json:"edited_message"`
	Callback *callback    `json:"callback_query"`
	Inline   *inlineQuery `json:"inline_query"`
}

// kinds of update that the bot asks for.
const allowedUpdates = `["message","edited_message","callback_query","inline_query"]`

type user struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	Username string `json:"username"`
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"` // private, group, supergroup or channel
}

// incoming is a message that somebody wrote.
type incoming struct {
	ID              int        `json:"message_id"`
	Topic           int        `json:"message_thread_id"`
	IsTopic         bool       `json:"is_topic_message"`
	From            *user      `json:"from"`
	SenderChat      *chat      `json:"sender_chat"`
	ViaBot          *user      `json:"via_bot"`
	Chat            chat       `json:"chat"`
	Date            int64      `json:"date"`
	EditDate        int64      `json:"edit_date"`
	Forwarded       bool       `json:"is_automatic_forward"` // a channel's post, put into its discussion group
	Album           string     `json:"media_group_id"`
	Text            string     `json:"text"`
	Entities        []entity   `json:"entities"`
	Caption         string     `json:"caption"`
	CaptionEntities []entity   `json:"caption_entities"`
	ReplyTo         *repliedTo `json:"reply_to_message"`
	attachment
}

// attachment is what a person can send in place of words. It is never looked at or fetched.
type attachment struct {
	Animation json.RawMessage `json:"animation"`
	Audio     json.RawMessage `json:"audio"`
	Contact   json.RawMessage `json:"contact"`
	Dice      json.RawMessage `json:"dice"`
	Document  json.RawMessage `json:"document"`
	Game      json.RawMessage `json:"game"`
	Location  json.RawMessage `json:"location"`
	Paid      json.RawMessage `json:"paid_media"`
	Photo     json.RawMessage `json:"photo"`
	Poll      json.RawMessage `json:"poll"`
	Checklist json.RawMessage `json:"checklist"`
	Sticker   json.RawMessage `json:"sticker"`
	Story     json.RawMessage `json:"story"`
	Venue     json.RawMessage `json:"venue"`
	Video     json.RawMessage `json:"video"`
	VideoNote json.RawMessage `json:"video_note"`
	Voice     json.RawMessage `json:"voice"`
}

func (a attachment) any() bool {
	for _, one := range [][]byte{
		a.Animation, a.Audio, a.Contact, a.Dice, a.Document, a.Game, a.Location, a.Paid, a.Photo,
		a.Poll, a.Checklist, a.Sticker, a.Story, a.Venue, a.Video, a.VideoNote, a.Voice,
	} {
		if len(one) > 0 {
			return true
		}
	}
	return false
}

// repliedTo is the message that another one replies to.
type repliedTo struct {
	From         *user           `json:"from"`
	TopicCreated json.RawMessage `json:"forum_topic_created"` // set where a forum's topic stands in for a reply
}

// entity is a part of a text that Telegram has marked.
type entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"` // in UTF-16 units
	Length int    `json:"length"`
	User   *user  `json:"user"`
}

// callback is a press on a button.
type callback struct {
	ID      string    `json:"id"`
	From    user      `json:"from"`
	Message *incoming `json:"message"`
	Data    string    `json:"data"`
}

// inlineQuery is what somebody types after the bot's name in any chat.
type inlineQuery struct {
	ID    string `json:"id"`
	From  user   `json:"from"`
	Query string `json:"query"`
}

var errNoUpdate = errors.New("an update without a number")

// updateID reads an update's number, even of one that cannot be read otherwise.
func updateID(raw json.RawMessage) (int64, error) {
	var u struct {
		ID *int64 `json:"update_id"`
	}
	if err := json.Unmarshal(raw, &u); err != nil || u.ID == nil {
		return 0, errNoUpdate // without the cause: it quotes the update
	}
	return *u.ID, nil
}

// words are a message's text or caption, and what Telegram has marked in it.
func (m *incoming) words() (string, []entity) {
	if m.Text != "" {
		return m.Text, m.Entities
	}
	return m.Caption, m.CaptionEntities
}

// sentAt is when the message was written or last changed, by Telegram's clock, but never later than now.
func (m *incoming) sentAt(now time.Time) time.Time {
	if at := time.Unix(max(m.Date, m.EditDate), 0); at.Before(now) {
		return at
	}
	return now
}

// of is the marked part of a text; empty when the mark lies outside it.
func (e entity) of(units []uint16) string {
	if e.Offset < 0 || e.Length <= 0 || e.Offset > len(units) || e.Length > len(units)-e.Offset {
		return ""
	}
	return string(utf16.Decode(units[e.Offset : e.Offset+e.Length]))
}

// without takes the marked part out of a text, a space in its place.
func (e entity) without(text string) string {
	units := utf16.Encode([]rune(text))
	part := e.of(units)
	if part == "" {
		return text
	}
	return strings.TrimSpace(string(utf16.Decode(units[:e.Offset])) + " " + string(utf16.Decode(units[e.Offset+e.Length:])))
}
