package telegram

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

// What one chat may ask. A person with many questions stays far below this; the
// bot could send no more than a message a second anyway.
const (
	askBurst    = 20              // questions at once
	askInterval = 3 * time.Second // then one more in this time
	silence     = time.Minute     // after "slow down"

	urgentBurst    = 3 // emergencies that are answered even so
	urgentInterval = 20 * time.Second
)

// How many chats are watched at a time, and for how long after the last message. One
// that was silent for so long is as good as new: nothing is lost by forgetting it.
const (
	maxFloods = 10_000
	idleFlood = askBurst*askInterval + silence
)

type ruling int

const (
	goAhead    ruling = iota
	slowDown          // say so, once
	sayNothing        // stay silent
)

// floods watches how much each chat asks.
type floods struct {
	mu    sync.Mutex // for what chats holds
	chats *traffic.Recent[int64, *flood]
}

type flood struct {
	asks, urgent *rate.Limiter
	silentUntil  time.Time
	last         time.Time
}

func newFloods() *floods {
	return &floods{chats: traffic.NewRecent[int64, *flood](maxFloods, idleFlood)}
}

// judge says what to do with a message of a chat, written at this time: what piled
// up while the bot was away is no flood.
func (f *floods) judge(chat int64, at time.Time, urgent bool) ruling {
	f.mu.Lock()
	defer f.mu.Unlock()
	one, _ := f.chats.Of(chat, newFlood)
	if at.After(one.last) {
		one.last = at
	}
	allowed := one.asks.AllowN(one.last, 1) && !one.last.Before(one.silentUntil)
	switch {
	case allowed, urgent && one.urgent.AllowN(one.last, 1):
		return goAhead
	case one.last.Before(one.silentUntil):
		return sayNothing
	}
	one.silentUntil = one.last.Add(silence)
	return slowDown
}

func newFlood() *flood {
	return &flood{asks: rate.NewLimiter(rate.Every(askInterval), askBurst), urgent: rate.NewLimiter(rate.Every(urgentInterval), urgentBurst)}
}
