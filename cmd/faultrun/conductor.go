package main

import (
	"context"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/slack/slacktest"
	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

// How a platform fails calls.
const (
	tooMany     = "429"
	serverError = "5xx"
	lostReply   = "done, but the reply is lost"
	resetCall   = "reset"
)

// A conductor carries incidents out and writes down when they were.
type conductor struct {
	*world
	mu   sync.Mutex
	past []incident
}

// conduct carries a plan out, and returns when everything is whole again. When ctx
// ends, what is under way is made whole at once.
func (c *conductor) conduct(ctx context.Context, all []incident) {
	var under sync.WaitGroup
	begin := c.since()
	for _, i := range all {
		if pause(ctx, begin+i.from-c.since()); ctx.Err() != nil {
			break
		}
		under.Go(func() { c.carryOut(ctx, i) })
	}
	under.Wait()
}

// carryOut lets an incident happen, from its beginning to its end.
func (c *conductor) carryOut(ctx context.Context, i incident) {
	length := i.to - i.from
	end := c.begin(ctx, i)
	if i.lasts() {
		pause(ctx, length)
	}
	end()
}

// lasts tells whether an incident has a length that is the conductor's to decide.
func (i incident) lasts() bool {
	return i.kind == stop || i.kind == redis || i.kind == network || i.kind == calls
}

// begin lets an incident begin now, and writes it down. end ends it.
func (c *conductor) begin(ctx context.Context, i incident) (end func()) {
	i.from = c.since()
	number := c.note(i)
	over := func() {}
	switch i.kind {
	case kill:
		c.replica(i).signal(syscall.SIGKILL)
	case term:
		if !c.replica(i).stop(context.WithoutCancel(ctx)) { // it has its time even when the run ends
			i.kind = kill
		}
	case stop:
		c.replica(i).signal(syscall.SIGSTOP)
		over = func() { c.replica(i).signal(syscall.SIGCONT) }
	case redis:
		c.redis.Kill()
		over = func() {
			if err := c.redis.Again(); err != nil {
				c.blame(err.Error())
			}
		}
	case clock:
		if err := jump(c.redis.Address(), i.how); err != nil {
			i.how += ", which failed"
		}
	case network:
		c.replica(i).paths[i.path].set(cut(i.how))
		over = func() { c.replica(i).paths[i.path].set(whole) }
	case calls:
		c.fail(i)
		over = func() { c.mend(i.path) }
	}
	return func() {
		over()
		i.to = c.since()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.past[number] = i
	}
}

func (c *conductor) replica(i incident) *replica { return c.replicas[i.replica-1] }

// forEver is the end of an incident that has none yet.
const forEver = time.Duration(1<<63 - 1)

// note writes an incident down that has begun.
func (c *conductor) note(i incident) (number int) {
	i.to = forEver
	c.mu.Lock()
	defer c.mu.Unlock()
	c.past = append(c.past, i)
	return len(c.past) - 1
}

// log is what has happened so far.
func (c *conductor) log() []incident {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.past)
}

// fail lets a platform fail calls, until it is mended: all of them, but of those whose
// replies are lost only a few, as each makes a double.
func (c *conductor) fail(i incident) {
	const all, few = -1, 3
	after := 1 + int(i.from.Milliseconds())%5
	if i.path == toTelegram {
		c.telegram.Inject(map[string]telegramtest.Fault{
			tooMany:     {Method: "*", Kind: telegramtest.TooManyRequests, RetryAfter: after, Times: all},
			serverError: {Method: "*", Kind: telegramtest.BadGateway, Times: all},
			lostReply:   {Method: "sendMessage", Kind: telegramtest.LostReply, Times: few},
			resetCall:   {Method: "*", Kind: telegramtest.Reset, Times: all},
		}[i.how])
		return
	}
	c.slack.Inject(map[string]slacktest.Fault{
		tooMany:     {Kind: slacktest.TooManyRequests, RetryAfter: after, Times: all},
		serverError: {Kind: slacktest.ServerError, Times: all},
		lostReply:   {Method: "chat.postMessage", Kind: slacktest.LostReply, Times: few},
		resetCall:   {Kind: slacktest.Reset, Times: all},
	}[i.how])
}

func (c *conductor) mend(platform path) {
	if platform == toTelegram {
		c.telegram.Mend()
	} else {
		c.slack.Mend()
	}
}
