package telegramtest

import (
	"maps"
	"strconv"
)

const (
	botName = "Test bot"
	anybody = 4711 // writes in groups where the test does not care who
)

// A chat is what the server keeps of one.
type chat struct {
	id       int64
	kind     string // private, group, supergroup or channel
	last     int    // the message id given out last
	topics   map[int]bool
	messages map[int]*message
	sent     []*message // the bot's
}

// A message is one of a chat's transcript.
type message struct {
	object map[string]any // as the Bot API shows it
	view   *Message       // nil if it is not the bot's
	markup string         // the keyboard's JSON
}

// open finds a chat, or makes it; an empty kind is told from the id.
func (s *Server) open(id int64, kind string) *chat {
	c := s.chats[id]
	if c == nil {
		c = &chat{id: id, topics: map[int]bool{}, messages: map[int]*message{}}
		switch {
		case id > 0:
			c.kind = "private"
		case id < -1_000_000_000_000:
			c.kind = "supergroup"
		default:
			c.kind = "group"
		}
		s.chats[id] = c
	}
	if kind != "" {
		c.kind = kind
	}
	return c
}

// next gives out a message id.
func (c *chat) next() int {
	c.last++
	return c.last
}

// topic makes sure that a forum topic exists; its id is that of the message
// that opened it.
func (c *chat) topic(id int) {
	if id > 0 {
		c.topics[id] = true
		c.last = max(c.last, id)
	}
}

// object is the chat as the Bot API shows it.
func (c *chat) object() map[string]any {
	o := map[string]any{"id": c.id, "type": c.kind}
	if c.kind == "private" {
		o["first_name"] = firstName(c.id)
	} else {
		o["title"] = "Chat " + strconv.FormatInt(c.id, 10)
	}
	if len(c.topics) > 0 {
		o["is_forum"] = true
	}
	return o
}

// person is a user as the Bot API shows one.
func person(id int64, bot bool, language string) map[string]any {
	o := map[string]any{"id": id, "is_bot": bot, "first_name": firstName(id)}
	if bot {
		o["username"] = "bot" + strconv.FormatInt(id, 10) + "_bot"
	}
	if language != "" {
		o["language_code"] = language
	}
	return o
}

func firstName(id int64) string { return "Person " + strconv.FormatInt(id, 10) }

// quoted is a message as reply_to_message shows it: without what it replied to
// in turn.
func (m *message) quoted() map[string]any {
	o := maps.Clone(m.object)
	delete(o, "reply_to_message")
	return o
}
