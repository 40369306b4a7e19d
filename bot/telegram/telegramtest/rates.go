package telegramtest

import (
	"math"
	"strconv"
	"time"
)

// limits are those that Telegram's FAQ names: about one message a second in a
// chat with short bursts, 20 a minute in a group, 30 a second in all.
type limits struct {
	all   *bucket
	chats map[int64]*bucket
}

// A bucket of tokens, of which each call takes one.
type bucket struct {
	size, perSecond float64
	tokens          float64
	filled          time.Time
}

// LimitRates enforces Telegram's rate limits from now on, or no longer.
// Answers to callback and inline queries and polls are not limited, and only
// messages and edits count in a chat.
func (s *Server) LimitRates(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = nil
	if on {
		s.limits = &limits{all: newBucket(30, 30, s.now()), chats: map[int64]*bucket{}}
	}
}

func newBucket(size, perSecond float64, now time.Time) *bucket {
	return &bucket{size: size, perSecond: perSecond, tokens: size, filled: now}
}

// wait refills the bucket and returns the time until it has a token.
func (b *bucket) wait(now time.Time) time.Duration {
	if since := now.Sub(b.filled).Seconds(); since > 0 {
		b.tokens = min(b.size, b.tokens+since*b.perSecond)
		b.filled = now
	}
	if b.tokens > 1-1e-6 { // a second's refill may add up to a little less
		return 0
	}
	return time.Duration((1 - b.tokens) / b.perSecond * float64(time.Second))
}

// limit refuses a call that comes too fast; a refused call takes no token.
func (s *Server) limit(name string, p params) *apiError {
	if s.limits == nil || name == "answerCallbackQuery" || name == "answerInlineQuery" {
		return nil
	}
	now := s.now()
	buckets := []*bucket{s.limits.all}
	switch name {
	case "sendMessage", "editMessageText", "editMessageReplyMarkup":
		if id, err := strconv.ParseInt(p["chat_id"], 10, 64); err == nil {
			buckets = append(buckets, s.limits.chat(id, now))
		}
	}
	var wait time.Duration
	for _, b := range buckets {
		wait = max(wait, b.wait(now))
	}
	if wait > 0 {
		s.tooFast++
		return tooManyRequests(max(1, int(math.Ceil(wait.Seconds()-1e-6))))
	}
	for _, b := range buckets {
		b.tokens--
	}
	return nil
}

// chat returns a chat's bucket; groups have negative ids.
func (l *limits) chat(id int64, now time.Time) *bucket {
	b := l.chats[id]
	if b == nil {
		b = newBucket(3, 1, now)
		if id < 0 {
			b = newBucket(20, 20.0/60, now)
		}
		l.chats[id] = b
	}
	return b
}
