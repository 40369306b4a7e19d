package telegram

import (
	"strings"
	"unicode/utf16"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
)

const private = "private" // the type of a chat with one person

// anonymousAdmin is the bot in whose name Telegram shows a group's anonymous
// administrators: these are people. Source: the Bot API's notes on sender_chat.
const anonymousAdmin = "GroupAnonymousBot"

// startCommand opens a chat; what follows it is the payload of a deep link.
const startCommand = "start"

// words are what a person wrote to the bot.
type words struct {
	command string // without its slash; empty for free text
	rest    string // the free text, or what follows the command
}

func (w words) empty() bool { return w.command == "" && strings.TrimSpace(w.rest) == "" }

// question reads the words as one question. Of a command that nobody knows, such
// as "/ask do I pay" or "/opening hours", what follows is the question or, where
// nothing follows, its name.
func (w words) question() string {
	if strings.TrimSpace(w.rest) == "" {
		return strings.ReplaceAll(w.command, "_", " ")
	}
	return w.rest
}

// fromProgram tells whether no person wrote the message: another bot, a channel,
// or a person who sends on what the bot has offered inline.
func (m *incoming) fromProgram(me *user) bool {
	anonymous := m.From != nil && m.From.Username == anonymousAdmin && m.SenderChat != nil
	return m.Forwarded || m.From == nil || m.From.IsBot && !anonymous || m.ViaBot != nil && m.ViaBot.ID == me.ID
}

// addressed takes out of a message what is meant for the bot. In a private chat
// that is everything; in a group, commands, mentions and replies to the bot.
func (c *Channel) addressed(m *incoming) (w words, toMe bool) {
	me := c.me.Load()
	text, marks := m.words()
	w.rest = text
	private := m.Chat.Type == private
	mentioned := false
	units := utf16.Encode([]rune(text))
	for _, e := range marks {
		part := e.of(units)
		switch {
		case e.Type == "bot_command" && e.Offset == 0 && strings.HasPrefix(part, "/"):
			name, to, named := strings.Cut(part[1:], "@")
			if named && !strings.EqualFold(to, me.Username) && !private {
				return words{}, false // another bot's
			}
			mentioned = mentioned || named
			w.command, w.rest = strings.ToLower(name), e.without(text)
		case e.Type == "mention" && strings.EqualFold(part, "@"+me.Username), e.Type == "text_mention" && e.User != nil && e.User.ID == me.ID:
			mentioned = true
			if w.command == "" {
				w.rest = e.without(text)
			}
		}
	}
	known := c.isCommand(w.command)
	return w, private || mentioned || known || m.repliesTo(me) && w.command == ""
}

// repliesTo tells whether the message replies to one of the bot's. A forum shows
// every message of a topic as a reply to the topic's first, which is no reply.
func (m *incoming) repliesTo(me *user) bool {
	r := m.ReplyTo
	return r != nil && r.From != nil && r.From.ID == me.ID && len(r.TopicCreated) == 0
}

func (c *Channel) isCommand(name string) bool {
	return name == startCommand || c.commandEntry(name) != ""
}

// commandEntry is the entry that a command leads to; empty when there is none.
// Telegram allows no hyphen in a command's name, so an underscore stands for one.
func (c *Channel) commandEntry(name string) string {
	commands := c.desk.Corpus().Commands
	if id := commands[name]; id != "" {
		return id
	}
	return commands[strings.ReplaceAll(name, "_", "-")]
}

// command gives the reply to a command; ok is false for one that nobody knows.
func (c *Channel) command(w words) (bot.Reply, bool) {
	if w.command == startCommand {
		if r, ok := c.desk.Entry(w.rest); ok {
			return r, true
		}
		return c.reserved(corpus.GreetingID), true
	}
	return c.desk.Entry(c.commandEntry(w.command))
}
