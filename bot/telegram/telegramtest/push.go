package telegramtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Push queues an update: its fields besides update_id. The server numbers it
// and learns from it which chat, message or query there is. It returns the
// update's id.
func (s *Server) Push(update map[string]any) int64 {
	raw := must(update)
	s.mu.Lock()
	defer s.mu.Unlock()
	kind, lane := s.learn(raw)
	return s.add(kind, lane, number(update))
}

// PushRaw queues an update as it stands, however wrong; "%d" marks where its id
// goes. It arrives even if the bot asked for other kinds.
func (s *Server) PushRaw(format string) int64 {
	if !strings.Contains(format, "%d") {
		panic("telegramtest: a raw update must say with %d where its id goes")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, lane := s.learn([]byte(strings.Replace(format, "%d", "0", 1)))
	return s.add("", lane, func(id int64) []byte {
		return []byte(strings.Replace(format, "%d", fmt.Sprint(id), 1))
	})
}

// seen is what the server understands of an update that it did not make.
type seen struct {
	ID        json.RawMessage `json:"id"`
	MessageID int             `json:"message_id"`
	Thread    int             `json:"message_thread_id"`
	Topic     bool            `json:"is_topic_message"`
	Chat      struct {
		ID   int64  `json:"id"`
		Type string `json:"type"`
	} `json:"chat"`
	From struct {
		ID int64 `json:"id"`
	} `json:"from"`
	Message *seen `json:"message"`
}

// learn takes from an update what will be asked for later. Updates may be wrong
// on purpose; what cannot be understood is left alone.
func (s *Server) learn(raw []byte) (kind string, lane int64) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return "", 0
	}
	for name, body := range fields {
		if name == "update_id" {
			continue
		}
		kind = name
		var u seen
		var wrongType *json.UnmarshalTypeError
		if err := json.Unmarshal(body, &u); err != nil && !errors.As(err, &wrongType) {
			continue // the rest of what has a wrong type somewhere was read
		}
		lane = u.From.ID
		var id string
		if name == "callback_query" || name == "inline_query" {
			if json.Unmarshal(u.ID, &id) == nil && id != "" {
				s.queries[id] = &query{inline: name == "inline_query", at: s.now()}
			}
		}
		if u.Message != nil {
			u.Chat = u.Message.Chat
		}
		if u.Chat.ID == 0 {
			continue
		}
		lane = u.Chat.ID
		s.open(u.Chat.ID, u.Chat.Type).learn(&u, body)
	}
	return kind, lane
}

// learn takes a message that a test made up into the transcript.
func (c *chat) learn(u *seen, body []byte) {
	if u.Topic {
		c.topic(u.Thread)
	}
	if u.MessageID <= 0 || c.messages[u.MessageID] != nil && c.messages[u.MessageID].view != nil {
		return
	}
	var object map[string]any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&object) == nil {
		c.messages[u.MessageID] = &message{object: object}
		c.last = max(c.last, u.MessageID)
	}
}
