package telegramtest

import "time"

// A Chat says where a person writes.
type Chat struct {
	ID    int64
	Type  string // private, group, supergroup or channel; told from the id if empty
	Topic int    // the forum topic (message_thread_id), 0 for none
}

// An Incoming is a message that somebody writes.
type Incoming struct {
	From     int64 // the writer; 0 for the chat's person, or anybody in a group
	FromBot  bool  // the writer is another bot
	Text     string
	Caption  string
	Entities []Entity // of the text or caption; nil for those that Telegram finds
	ReplyTo  int      // a message that is in the chat, 0 for none

	// Attachment adds a plausible object of the kind: animation, audio,
	// contact, dice, document, location, photo, poll, sticker, venue, video,
	// video_note or voice.
	Attachment string
	Language   string         // the writer's language_code; left out if empty
	Fields     map[string]any // put over the message last
}

// An Entity is a special part of a text, counted in UTF-16 code units.
type Entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
}

// A Message is one that the bot sent, in its present state.
type Message struct {
	ID         int
	Chat       int64
	Topic      int
	Text       string // as people see it, without tags
	HTML       string // the text parameter as it was sent
	ParseMode  string
	Entities   []string // the tags in force, in order
	ReplyTo    int
	Keyboard   [][]Button
	PreviewOff bool
	Edits      int
	At         time.Time // when it was accepted
}

// A Button is one of an inline keyboard.
type Button struct {
	Text string
	Data string // callback_data
	URL  string
	Copy string // copy_text
}

// A Call is one that the server accepted.
type Call struct {
	Method string
	Params map[string]string // as given; not to be changed
	At     time.Time
}
