package traffic

import (
	"time"

	"golang.org/x/time/rate"
)

// How many conversations' paces are remembered, and for how long after the last
// message. One that is idle for a minute is as good as new, so forgetting it costs nothing.
const (
	maxPaces = 10_000
	idlePace = time.Minute
)

// Paces keeps a limiter for each conversation that something is sent to.
type Paces[Conversation comparable] struct {
	limiter func(Conversation) *rate.Limiter
	recent  *Recent[Conversation, *rate.Limiter]
}

// NewPaces makes limiters as they are needed. None may take longer than a minute to fill.
func NewPaces[C comparable](limiter func(C) *rate.Limiter) *Paces[C] {
	return &Paces[C]{limiter: limiter, recent: NewRecent[C, *rate.Limiter](maxPaces, idlePace)}
}

// Of is the limiter of a conversation.
func (p *Paces[C]) Of(in C) *rate.Limiter {
	l, _ := p.recent.Of(in, func() *rate.Limiter { return p.limiter(in) })
	return l
}
