package telegramtest

import (
	"fmt"
	"strconv"
	"time"
)

// A query is a callback query or an inline query which the bot may answer once.
type query struct {
	inline bool
	at     time.Time
	answer *Call
}

// Press lets somebody press a button of a message of the bot's and returns the
// id of the callback query. The message need not have such a button: people may
// press one that was there a moment ago.
func (s *Server) Press(chat int64, messageID int, data string) (callbackID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.open(chat, "")
	m := c.messages[messageID]
	if m == nil || m.view == nil {
		panic(fmt.Sprintf("telegramtest: message %d in chat %d is not the bot's", messageID, chat))
	}
	return s.press(c, m.object, data)
}

// PressOld is like [Server.Press] but the message is so old that Telegram tells
// no more of it than its id; it may be any.
func (s *Server) PressOld(chat int64, messageID int, data string) (callbackID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.open(chat, "")
	return s.press(c, map[string]any{"message_id": messageID, "date": 0, "chat": c.object()}, data)
}

func (s *Server) press(c *chat, message map[string]any, data string) string {
	id := s.ask(false)
	s.add("callback_query", c.id, number(map[string]any{"callback_query": map[string]any{
		"id": id, "from": person(c.writer(0), false, ""), "message": message,
		"chat_instance": strconv.FormatInt(c.id*7919, 10), "data": data,
	}}))
	return id
}

// Query lets a person type an inline query and returns its id.
func (s *Server) Query(from int64, query string) (queryID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.ask(true)
	s.add("inline_query", from, number(map[string]any{"inline_query": map[string]any{
		"id": id, "from": person(from, false, ""), "query": query, "offset": "", "chat_type": "sender",
	}}))
	return id
}

// ask gives out the id of a query.
func (s *Server) ask(inline bool) string {
	s.lastID++
	id := strconv.FormatInt(4_000_000_000_000_000_000+s.lastID, 10)
	s.queries[id] = &query{inline: inline, at: s.now()}
	return id
}
