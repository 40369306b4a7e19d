package telegramtest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// maxText is in UTF-16 code units and counts after the tags are gone.
const maxText = 4096

// chatOf finds the chat that a call is about.
func (s *Server) chatOf(p params) (*chat, *apiError) {
	if p["chat_id"] == "" {
		return nil, badRequest("chat_id is empty")
	}
	id, err := strconv.ParseInt(p["chat_id"], 10, 64)
	if c := s.chats[id]; err == nil && c != nil {
		return c, nil
	}
	return nil, badRequest("chat not found")
}

// topicOf checks the topic that a call names.
func (c *chat) topicOf(p params) (int, *apiError) {
	if _, given := p["message_thread_id"]; !given {
		return 0, nil
	}
	id := int(p.number("message_thread_id", 0))
	if c.kind != "supergroup" || !c.topics[id] {
		return 0, badRequest("message thread not found")
	}
	return id, nil
}

// content is what the sender of a message decides on.
type content struct {
	rich       richText
	previewOff bool
	keyboard   keyboard
}

// contentOf checks all that messages and edits have in common.
func contentOf(p params, tooLong string) (*content, *apiError) {
	rich, refused := parseText(p["text"], p["parse_mode"])
	switch {
	case refused != nil:
		return nil, refused
	case rich.text == "":
		return nil, badRequest("message text is empty")
	case units(rich.text) > maxText:
		return nil, badRequest("%s", tooLong)
	}
	c := &content{rich: rich}
	if c.previewOff, refused = previewOff(p["link_preview_options"]); refused != nil {
		return nil, refused
	}
	c.keyboard, refused = keyboardOf(p["reply_markup"])
	return c, refused
}

type linkPreview struct {
	IsDisabled       bool   `json:"is_disabled"`
	URL              string `json:"url"`
	PreferSmallMedia bool   `json:"prefer_small_media"`
	PreferLargeMedia bool   `json:"prefer_large_media"`
	ShowAboveText    bool   `json:"show_above_text"`
}

// previewOff reads link_preview_options.
func previewOff(raw string) (bool, *apiError) {
	if raw == "" {
		return false, nil
	}
	var o linkPreview
	refused := decodeStrictly(raw, "link preview options", &o)
	return o.IsDisabled, refused
}

// replyOf finds the message that a call replies to, nil if there is none.
func (c *chat) replyOf(p params) (int, *message, *apiError) {
	raw, given := p["reply_parameters"]
	if !given {
		return 0, nil, nil
	}
	var r struct {
		MessageID int    `json:"message_id"`
		ChatID    *int64 `json:"chat_id"`
		Allow     bool   `json:"allow_sending_without_reply"`
	}
	if refused := decodeStrictly(raw, "reply parameters", &r); refused != nil {
		return 0, nil, refused
	}
	m := c.messages[r.MessageID]
	switch {
	case m != nil && (r.ChatID == nil || *r.ChatID == c.id):
		return r.MessageID, m, nil
	case r.Allow:
		return 0, nil, nil
	}
	return 0, nil, badRequest("message to be replied not found")
}

func (s *Server) sendMessage(p params) (any, *apiError) {
	c, refused := s.chatOf(p)
	if refused != nil {
		return nil, refused
	}
	topic, refused := c.topicOf(p)
	if refused != nil {
		return nil, refused
	}
	replyTo, reply, refused := c.replyOf(p)
	if refused != nil {
		return nil, refused
	}
	body, refused := contentOf(p, "message is too long")
	if refused != nil {
		return nil, refused
	}
	now := s.now()
	m := &message{
		view: &Message{ID: c.next(), Chat: c.id, Topic: topic, ReplyTo: replyTo, At: now},
		object: map[string]any{
			"message_id": c.last, "date": now.Unix(), "chat": c.object(), "from": s.me(),
		},
	}
	if topic > 0 {
		m.object["message_thread_id"] = topic
		m.object["is_topic_message"] = true
	}
	if reply != nil {
		m.object["reply_to_message"] = reply.quoted()
	}
	m.write(p, body)
	m.mark(body.keyboard)
	c.messages[m.view.ID] = m
	c.sent = append(c.sent, m)
	return m.object, nil
}

// write sets the text of a message of the bot's. The object is replaced, not
// changed: updates may share the old one.
func (m *message) write(p params, body *content) {
	m.object = maps.Clone(m.object)
	m.object["text"] = body.rich.text
	delete(m.object, "entities")
	if len(body.rich.entities) > 0 {
		m.object["entities"] = body.rich.entities
	}
	m.view.Text = body.rich.text
	m.view.HTML = p["text"]
	m.view.ParseMode = p["parse_mode"]
	m.view.Entities = body.rich.tags()
	m.view.PreviewOff = body.previewOff
}

// mark sets the keyboard of a message of the bot's.
func (m *message) mark(k keyboard) {
	m.object = maps.Clone(m.object)
	delete(m.object, "reply_markup")
	if m.markup = k.json(); m.markup != "" {
		m.object["reply_markup"] = k
	}
	m.view.Keyboard = k.view()
}

// toEdit finds the message which a call wants to change.
func (s *Server) toEdit(p params) (*message, *apiError) {
	c, refused := s.chatOf(p)
	if refused != nil {
		return nil, refused
	}
	if p["message_id"] == "" {
		return nil, badRequest("message identifier is not specified")
	}
	m := c.messages[int(p.number("message_id", 0))]
	switch {
	case m == nil:
		return nil, badRequest("message to edit not found")
	case m.view == nil:
		return nil, badRequest("message can't be edited")
	}
	return m, nil
}

func notModified() *apiError {
	return badRequest("message is not modified: specified new message content and reply markup are exactly " +
		"the same as a current content and reply markup of the message")
}

func (s *Server) editMessageText(p params) (any, *apiError) {
	m, refused := s.toEdit(p)
	if refused != nil {
		return nil, refused
	}
	body, refused := contentOf(p, "MESSAGE_TOO_LONG")
	if refused != nil {
		return nil, refused
	}
	old, _ := m.object["entities"].([]textEntity)
	if m.view.Text == body.rich.text && slices.EqualFunc(old, body.rich.entities, same) && m.markup == body.keyboard.json() {
		return nil, notModified()
	}
	m.write(p, body)
	return s.edited(m, body.keyboard), nil
}

// same compares what people see: <b> is as good as <strong>.
func same(a, b textEntity) bool {
	a.tag, b.tag = "", ""
	return a == b
}

func (s *Server) editMessageReplyMarkup(p params) (any, *apiError) {
	m, refused := s.toEdit(p)
	if refused != nil {
		return nil, refused
	}
	k, refused := keyboardOf(p["reply_markup"])
	if refused != nil {
		return nil, refused
	}
	if m.markup == k.json() {
		return nil, notModified()
	}
	return s.edited(m, k), nil
}

// edited finishes an edit. One without a keyboard takes the keyboard away.
func (s *Server) edited(m *message, k keyboard) map[string]any {
	m.mark(k)
	m.object["edit_date"] = s.now().Unix()
	m.view.Edits++
	return m.object
}

func (s *Server) sendChatAction(p params) (any, *apiError) {
	c, refused := s.chatOf(p)
	if refused != nil {
		return nil, refused
	}
	if _, refused := c.topicOf(p); refused != nil {
		return nil, refused
	}
	actions := "typing upload_photo record_video upload_video record_voice upload_voice upload_document " +
		"choose_sticker find_location record_video_note upload_video_note"
	if !slices.Contains(strings.Fields(actions), p["action"]) {
		return nil, badRequest("wrong parameter action in request")
	}
	return true, nil
}
