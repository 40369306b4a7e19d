package telegram

import (
	"sync"
	"time"
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
	mu    sync.Mutex
	now   func() time.Time
	ids   map[asked]answered
	order []asked // oldest first; may hold some that were kept again since
}

type asked struct {
	chat    int64
	message int
}

type answered struct {
	by   []int
	ends time.Time
}

func newAnswers() *answers { return &answers{now: time.Now, ids: map[asked]answered{}} }

func (a *answers) keep(chat int64, message int, by []int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now, key := a.now(), asked{chat, message}
	a.ids[key] = answered{by, now.Add(answersTime)}
	a.order = append(a.order, key)
	for len(a.order) > answersKept || !now.Before(a.ids[a.order[0]].ends) {
		delete(a.ids, a.order[0])
		a.order = a.order[1:]
	}
}

// of is what answered a message; nil when that is not known, or no longer.
func (a *answers) of(chat int64, message int) []int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if one := a.ids[asked{chat, message}]; a.now().Before(one.ends) {
		return one.by
	}
	return nil
}

// albums remembers the last album, so that five photos sent together get one reply.
type albums struct {
	mu   sync.Mutex
	last map[int64]string
}

// maxAlbums is how many chats' last albums are remembered.
const maxAlbums = 1000

func (a *albums) seen(chat int64, album string) bool {
	if album == "" {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.last[chat] == album {
		return true
	}
	if a.last == nil || len(a.last) >= maxAlbums {
		a.last = map[int64]string{}
	}
	a.last[chat] = album
	return false
}
