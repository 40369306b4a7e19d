package telegramtest

import (
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"
)

// Say lets a person write to the bot in their private chat and returns the id
// of the message.
func (s *Server) Say(chat int64, text string) (messageID int) {
	return s.SayIn(Chat{ID: chat}, Incoming{Text: text})
}

// SayIn lets somebody write in a chat and returns the id of the message.
func (s *Server) SayIn(in Chat, m Incoming) (messageID int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.Type == "" && in.Topic > 0 {
		in.Type = "supergroup"
	}
	c := s.open(in.ID, in.Type)
	c.topic(in.Topic)
	id := c.next()
	o := map[string]any{"message_id": id, "date": s.now().Unix(), "chat": c.object()}
	kind := "message"
	if c.kind == "channel" {
		kind = "channel_post"
		o["sender_chat"] = c.object()
	} else {
		o["from"] = person(c.writer(m.From), m.FromBot, m.Language)
	}
	c.thread(o, in.Topic, m.ReplyTo)
	m.fill(o)
	maps.Copy(o, m.Fields)
	c.messages[id] = &message{object: o}
	s.add(kind, c.id, number(map[string]any{kind: o}))
	return id
}

// writer says who writes if the test does not.
func (c *chat) writer(from int64) int64 {
	switch {
	case from != 0:
		return from
	case c.kind == "private":
		return c.id
	}
	return anybody
}

// thread adds what a message replies to. In a topic, a message that replies to
// nothing replies to the one that opened the topic: so does Telegram, and a bot
// must not take it for a reply.
func (c *chat) thread(o map[string]any, topic, replyTo int) {
	if topic > 0 {
		o["message_thread_id"] = topic
		o["is_topic_message"] = true
		o["reply_to_message"] = map[string]any{
			"message_id": topic, "date": o["date"], "chat": o["chat"], "from": person(anybody, false, ""),
			"message_thread_id": topic, "is_topic_message": true,
			"forum_topic_created": map[string]any{"name": "Topic " + strconv.Itoa(topic), "icon_color": 7322096},
		}
	}
	if replyTo == 0 {
		return
	}
	if m := c.messages[replyTo]; m != nil {
		o["reply_to_message"] = m.quoted()
		return
	}
	panic(fmt.Sprintf("telegramtest: no message %d in chat %d to reply to", replyTo, c.id))
}

// fill adds the content of a message.
func (m *Incoming) fill(o map[string]any) {
	for name, content := range map[string]string{"text": m.Text, "caption": m.Caption} {
		if content == "" {
			continue
		}
		o[name] = content
		found := m.Entities
		if found == nil {
			found = find(content)
		}
		if len(found) > 0 {
			o[map[string]string{"text": "entities", "caption": "caption_entities"}[name]] = found
		}
	}
	if m.Attachment == "" {
		return
	}
	object, ok := attachments()[m.Attachment]
	if !ok {
		panic(fmt.Sprintf("telegramtest: no attachment %q", m.Attachment))
	}
	o[m.Attachment] = object
}

// find finds the entities in a text which Telegram finds by itself, as far as
// bots care for them.
func find(content string) []Entity {
	var found []Entity
	if !strings.ContainsAny(content, "/@") {
		return nil
	}
	special := regexp.MustCompile(`(?:^|[^\w/@])(/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?|@\w{3,32})`)
	for _, at := range special.FindAllStringSubmatchIndex(content, -1) {
		e := Entity{Type: "bot_command", Offset: units(content[:at[2]]), Length: units(content[at[2]:at[3]])}
		if content[at[2]] == '@' {
			e.Type = "mention"
		}
		found = append(found, e)
	}
	return found
}

// units counts UTF-16 code units, by which Telegram measures texts.
func units(content string) int {
	n := 0
	for _, r := range content {
		n += unitsOf(r)
	}
	return n
}

func unitsOf(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}

// attachments are what people send besides text.
func attachments() map[string]any {
	file := func(more map[string]any) map[string]any {
		o := map[string]any{"file_id": "AwACAgIAAxkBAAIB", "file_unique_id": "AgADqQ", "file_size": 4096}
		maps.Copy(o, more)
		return o
	}
	size := map[string]any{"width": 320, "height": 240}
	film := map[string]any{"width": 320, "height": 240, "duration": 3, "mime_type": "video/mp4"}
	place := map[string]any{"latitude": 51.5, "longitude": -0.12}
	return map[string]any{
		"animation":  file(film),
		"audio":      file(map[string]any{"duration": 3, "mime_type": "audio/mpeg", "title": "Audio"}),
		"contact":    map[string]any{"phone_number": "+441632960000", "first_name": "Pat"},
		"dice":       map[string]any{"emoji": "🎲", "value": 4},
		"document":   file(map[string]any{"file_name": "letter.pdf", "mime_type": "application/pdf"}),
		"location":   place,
		"photo":      []any{file(size), file(map[string]any{"width": 1280, "height": 960})},
		"poll":       map[string]any{"id": "5", "question": "?", "options": []any{}, "total_voter_count": 0, "type": "regular"},
		"sticker":    file(map[string]any{"width": 512, "height": 512, "type": "regular", "is_animated": false, "is_video": false, "emoji": "🙂"}),
		"venue":      map[string]any{"location": place, "title": "Surgery", "address": "1 High Street"},
		"video":      file(film),
		"video_note": file(map[string]any{"length": 240, "duration": 3}),
		"voice":      file(map[string]any{"duration": 3, "mime_type": "audio/ogg"}),
	}
}

// Edit lets a person change the text of a message of theirs.
func (s *Server) Edit(in Chat, messageID int, newText string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.open(in.ID, in.Type)
	m := c.messages[messageID]
	if m == nil || m.view != nil {
		panic(fmt.Sprintf("telegramtest: message %d in chat %d is nobody's to edit", messageID, c.id))
	}
	o := maps.Clone(m.object)
	o["text"] = newText
	o["edit_date"] = s.now().Unix()
	delete(o, "entities")
	if found := find(newText); len(found) > 0 {
		o["entities"] = found
	}
	m.object = o
	kind := "edited_message"
	if c.kind == "channel" {
		kind = "edited_channel_post"
	}
	s.add(kind, c.id, number(map[string]any{kind: o}))
}
