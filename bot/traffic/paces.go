package traffic

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxPaces is how many conversations' paces are remembered. One that is idle for a
// minute is as good as new, so forgetting it costs nothing.
const (
	maxPaces = 10_000
	idlePace = time.Minute
)

// Paces keeps a limiter for each conversation that something is sent to.
type Paces[Conversation comparable] struct {
	limiter func(Conversation) *rate.Limiter

	mu    sync.Mutex
	paces map[Conversation]*pace
}

type pace struct {
	*rate.Limiter
	used time.Time
}

// NewPaces makes limiters as they are needed. None may take longer than a minute to fill.
func NewPaces[C comparable](limiter func(C) *rate.Limiter) *Paces[C] {
	return &Paces[C]{limiter: limiter, paces: map[C]*pace{}}
}

// Of is the limiter of a conversation.
func (p *Paces[C]) Of(in C) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	one := p.paces[in]
	if one == nil {
		if len(p.paces) >= maxPaces {
			p.forgetIdle(now)
		}
		one = &pace{Limiter: p.limiter(in)}
		p.paces[in] = one
	}
	one.used = now
	return one.Limiter
}

func (p *Paces[C]) forgetIdle(now time.Time) {
	for in, one := range p.paces {
		if now.Sub(one.used) > idlePace {
			delete(p.paces, in)
		}
	}
}
