package slacktest

import (
	"encoding/json"
	"regexp"
	"time"
	"unicode/utf8"
)

const (
	maxText   = 40_000 // of a message
	maxUpdate = 4_000  // of the text that chat.update gives
	burst     = 4      // of messages in a channel, before one a second
)

// Posted is a message of the bot.
type Posted struct {
	Channel, TS, ThreadTS, Text string

	Blocks     []map[string]any
	Ephemeral  string // the only user who sees it
	Edits      int
	UnfurlsOff bool // neither links nor media are unfurled
	At         time.Time
	Via        string // the method, "response_url", or "ack" for an answer to a command
}

// A message is one of the bot's or a person's.
type message struct {
	Posted
	user      string
	deleted   bool
	reactions map[string]bool
}

// A room is a channel.
type room struct {
	all, posted []*message // posted is the bot's, ephemeral ones too
	left        bool
	allowance   float64 // messages that the rate limit lets pass
	at          time.Time
}

// rooms is every channel and message.
type rooms struct {
	byChannel map[string]*room
	roomOrder []string
	byTS      map[string]*message // by channel and ts
	seen      map[string]string   // channel of each timestamp; empty where that is unclear
}

func newRooms() rooms {
	return rooms{byChannel: make(map[string]*room), byTS: make(map[string]*message), seen: make(map[string]string)}
}

var (
	channelForm = regexp.MustCompile(`^[CDG][A-Za-z0-9_]+$`)
	userForm    = regexp.MustCompile(`^[UW][A-Za-z0-9_]+$`)
	tsForm      = regexp.MustCompile(`^\d{10}\.\d{6}$`)
)

// Leave makes a channel one that the bot is not in.
func (s *Server) Leave(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.room(channel).left = true
}

func (s *Server) room(channel string) *room {
	r := s.byChannel[channel]
	if r == nil {
		r = &room{allowance: burst, at: time.Now()}
		s.byChannel[channel] = r
		s.roomOrder = append(s.roomOrder, channel)
	}
	return r
}

func (s *Server) keep(m *message) {
	r := s.room(m.Channel)
	if m.Ephemeral != "" {
		s.answers[m.Channel+m.TS] = m
	} else {
		r.all = append(r.all, m)
		s.byTS[m.Channel+m.TS] = m
		s.seen[m.TS] = m.Channel
	}
	if m.Via != "" {
		r.posted = append(r.posted, m)
	}
}

// learn finds the timestamps in what the bot is told.
func (s *Server) learn(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, inner := range v {
			s.learn(inner)
		}
	case []any:
		for _, inner := range v {
			s.learn(inner)
		}
	case string:
		if _, known := s.seen[v]; !known && tsForm.MatchString(v) {
			s.seen[v] = ""
		}
	}
}

// target finds the channel that a call is for. A person's id stands for the
// direct messages with them.
func (s *Server) target(channel string) (string, *refusal) {
	if userForm.MatchString(channel) {
		channel = "D" + channel
	}
	if !channelForm.MatchString(channel) {
		return "", wrong("channel_not_found")
	}
	if s.room(channel).left {
		return "", &refusal{code: "not_in_channel"}
	}
	return channel, nil
}

// draft checks what a message says and makes it, not yet kept.
func (s *Server) draft(method string, params map[string]string, limit int) (*message, *refusal) {
	m := &message{user: s.BotUserID, Posted: Posted{Text: params["text"], At: time.Now(), Via: method}}
	if m.Text == "" {
		m.Text = params["markdown_text"]
	} else if params["markdown_text"] != "" {
		return nil, wrong("markdown_text_conflict")
	}
	if utf8.RuneCountInString(m.Text) > limit {
		return nil, wrong("msg_too_long")
	}
	c := newChecker()
	if raw := params["blocks"]; raw != "" {
		if json.Unmarshal([]byte(raw), &m.Blocks) != nil {
			return nil, wrong("invalid_blocks_format")
		}
		if refused := c.blocks(m.Blocks, messageBlocks); refused != nil {
			return nil, refused
		}
	}
	if m.Text == "" && len(m.Blocks) == 0 && params["attachments"] == "" {
		return nil, wrong("no_text")
	}
	c.markup("/text", params["text"])
	for _, u := range c.unescaped {
		s.reject("%s: %s", method, u)
	}
	m.UnfurlsOff = params["unfurl_links"] == "false" && params["unfurl_media"] == "false"
	return m, nil
}

// inThread puts a message into a thread. Slack does not refuse one that does not
// exist, and posts beside it; for a bot it is a mistake all the same.
func (s *Server) inThread(m *message, ts string) *refusal {
	if ts == "" {
		return nil
	}
	if !tsForm.MatchString(ts) {
		return wrong("invalid_thread_ts")
	}
	if channel, known := s.seen[ts]; !known || channel != "" && channel != m.Channel {
		s.reject("%s: thread_ts %s is of no message in %s: posted outside a thread", m.Via, ts, m.Channel)
		return nil
	}
	m.ThreadTS = ts
	return nil
}

func (s *Server) chatPostMessage(q *request) (map[string]any, *refusal) {
	channel, refused := s.target(q.Params["channel"])
	if refused != nil {
		return nil, refused
	}
	m, refused := s.draft(q.Method, q.Params, maxText)
	if refused != nil {
		return nil, refused
	}
	m.Channel = channel
	if refused := s.inThread(m, q.Params["thread_ts"]); refused != nil {
		return nil, refused
	}
	if s.limited && !s.room(channel).allow(time.Now()) {
		s.tooFast++
		return nil, &refusal{code: "ratelimited"}
	}
	m.TS = s.stamp()
	s.keep(m)
	return map[string]any{"channel": channel, "ts": m.TS, "message": s.show(m)}, nil
}

// allow spends one message of the channel's allowance, if it has one.
func (r *room) allow(now time.Time) bool {
	r.allowance = min(burst, r.allowance+now.Sub(r.at).Seconds())
	r.at = now
	if r.allowance < 1 {
		return false
	}
	r.allowance--
	return true
}

func (s *Server) chatPostEphemeral(q *request) (map[string]any, *refusal) {
	channel, refused := s.target(q.Params["channel"])
	if refused != nil {
		return nil, refused
	}
	if !userForm.MatchString(q.Params["user"]) {
		return nil, wrong("user_not_in_channel")
	}
	m, refused := s.draft(q.Method, q.Params, maxText)
	if refused != nil {
		return nil, refused
	}
	m.Channel, m.Ephemeral = channel, q.Params["user"]
	if refused := s.inThread(m, q.Params["thread_ts"]); refused != nil {
		return nil, refused
	}
	m.TS = s.stamp()
	s.keep(m)
	return map[string]any{"message_ts": m.TS}, nil
}

func (s *Server) chatUpdate(q *request) (map[string]any, *refusal) {
	channel, refused := s.target(q.Params["channel"])
	if refused != nil {
		return nil, refused
	}
	old := s.byTS[channel+q.Params["ts"]]
	if old == nil || old.deleted {
		return nil, wrong("message_not_found")
	}
	if old.user != s.BotUserID {
		return nil, wrong("cant_update_message")
	}
	m, refused := s.draft(q.Method, q.Params, maxUpdate)
	if refused != nil {
		return nil, refused
	}
	old.edit(m, q.Params["blocks"] != "")
	return map[string]any{"channel": channel, "ts": old.TS, "text": old.Text, "message": s.show(old)}, nil
}

// edit takes over what another message says. Blocks that are not given stay.
func (m *message) edit(with *message, blocks bool) {
	m.Text = with.Text
	if blocks {
		m.Blocks = with.Blocks
	}
	m.Edits++
}

// show is a message as Slack describes it.
func (s *Server) show(m *message) map[string]any {
	v := map[string]any{"type": "message", "user": m.user, "text": m.Text, "ts": m.TS, "team": s.TeamID}
	if m.Via != "" {
		v["bot_id"], v["app_id"] = s.BotID, s.AppID
	}
	if len(m.Blocks) > 0 {
		v["blocks"] = m.Blocks
	}
	if m.ThreadTS != "" {
		v["thread_ts"] = m.ThreadTS
	}
	if m.Edits > 0 {
		v["edited"] = map[string]any{"user": m.user, "ts": m.TS}
	}
	return v
}
