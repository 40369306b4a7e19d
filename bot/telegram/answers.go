package telegram

import (
	"time"

	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

// How long, and of how many messages, the bot knows which of its own answered
// them. A person who corrects a slip does so within minutes.
const (
	answersKept = 10_000
	answersTime = time.Hour
)

// answers remembers which messages the bot sent in reply to which, so that an
// edited question gets its reply edited. It holds numbers only, for a limited time.
type answers struct {
	by *traffic.Recent[asked, []int]
}

type asked struct {
	chat    int64
	message int
}

func newAnswers() *answers {
	return &answers{traffic.NewRecent[asked, []int](answersKept, answersTime)}
}

func (a *answers) keep(chat int64, message int, by []int) { a.by.Set(asked{chat, message}, by) }

// of is what answered a message; nil when that is not known, or no longer.
func (a *answers) of(chat int64, message int) []int {
	by, _ := a.by.Get(asked{chat, message})
	return by
}

// How many chats' last albums are remembered, and for how long: the photos of an album
// come within seconds.
const (
	maxAlbums = 1000
	albumTime = time.Minute
)

// albums remembers the last album of a chat, so that five photos sent together get one reply.
type albums struct {
	last *traffic.Recent[int64, string]
}

func newAlbums() *albums { return &albums{traffic.NewRecent[int64, string](maxAlbums, albumTime)} }

func (a *albums) seen(chat int64, album string) bool {
	if album == "" {
		return false
	}
	last, _ := a.last.Get(chat)
	a.last.Set(chat, album)
	return last == album
}
