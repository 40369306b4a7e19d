package slack

import (
	"context"
	"encoding/json"
	"errors"
	"runtime/debug"
	"sync"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/claims"
)

const (
	// ackTime is when a delivery is acknowledged even though its answer is not out
	// yet. Slack waits 3 seconds, then tells the person that the app failed, and
	// brings the delivery again.
	ackTime = 2 * time.Second
	// maxPending is how many deliveries are being answered at a time. Slack keeps
	// what is not acknowledged, and brings it again.
	maxPending = 5000
)

// kind is what a delivery is about, in the words of Socket Mode.
type kind string

const (
	kindEvent       kind = "events_api"
	kindCommand     kind = "slash_commands"
	kindInteraction kind = "interactive"
)

// job is a delivery, understood.
type job struct {
	// keys name what happened. Slack may bring it again under another number, so
	// there can be several; a job with a key that was done is done.
	keys []string
	lane string // jobs of one lane keep their order
	// do answers. What it returns goes back with the acknowledgement.
	do func(ctx context.Context) (payload any, err error)
}

// acknowledge tells Slack that a delivery has arrived, and may answer a form.
type acknowledge func(payload any) error

// take answers a delivery and acknowledges it: once it is answered, but in time.
// When it returns false, nothing was taken, and Slack brings the delivery again.
func (c *Channel) take(k kind, payload []byte, ack acknowledge) bool {
	work := c.work.Load()
	if work == nil || c.pending.Load() >= maxPending {
		return false
	}
	j, err := c.understand(k, payload)
	if err != nil { // it would be no better the next time
		c.log.Warn("a delivery cannot be read and is left out", "kind", string(k))
	}
	if j == nil {
		c.acked(ack(nil))
		return true
	}
	settle, mine := c.claim(work, j.keys)
	if !mine {
		c.acked(ack(nil))
		return true
	}
	var once sync.Once
	hurry := time.AfterFunc(ackTime, func() { once.Do(func() { c.acked(ack(nil)) }) })
	c.pending.Add(1)
	c.lanes.Add(j.lane, func() {
		defer c.pending.Add(-1)
		reply, done := c.answer(work, j)
		settle(done)
		if done {
			hurry.Stop()
			once.Do(func() { c.acked(ack(reply)) })
		}
	})
	return true
}

// acked logs an acknowledgement that did not go out. Slack then brings the
// delivery again, and the claims keep it from being answered twice.
func (c *Channel) acked(err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		c.log.Warn("a delivery could not be acknowledged; slack brings it again", "cause", clean(err))
	}
}

// understand finds out what a delivery is about; nil for what needs no answer.
func (c *Channel) understand(k kind, payload []byte) (*job, error) {
	switch k {
	case kindEvent:
		var e eventCallback
		if err := json.Unmarshal(payload, &e); err != nil {
			return nil, err
		}
		return c.event(&e), nil
	case kindCommand:
		var cmd command
		if err := json.Unmarshal(payload, &cmd); err != nil {
			return nil, err
		}
		return c.command(&cmd), nil
	case kindInteraction:
		var i interaction
		if err := json.Unmarshal(payload, &i); err != nil {
			return nil, err
		}
		return c.interaction(&i), nil
	}
	return nil, nil
}

// claim takes all of a job's keys, or none. When the claims are out of reach, an
// answer given twice is better than none.
func (c *Channel) claim(ctx context.Context, keys []string) (settle func(done bool), mine bool) {
	var settles []func(bool)
	settle = func(done bool) {
		for _, s := range settles {
			s(done)
		}
	}
	for _, key := range keys {
		state, s, err := c.claims.Claim(ctx, "slack "+key)
		if err != nil {
			c.log.Warn("claims are out of reach; a question may be answered twice", "cause", err)
			continue
		}
		if state != claims.Mine {
			settle(false)
			return nil, false
		}
		settles = append(settles, s)
	}
	return settle, true
}

// answer does a job and tells whether that is done, or never can be.
func (c *Channel) answer(ctx context.Context, j *job) (payload any, done bool) {
	defer func() {
		if p := recover(); p != nil { // without its value: that may quote the delivery
			c.log.Error("a delivery could not be handled and is left out", "at", string(debug.Stack()))
			payload, done = nil, true
		}
	}()
	payload, err := j.do(ctx)
	switch {
	case err == nil:
		return payload, true
	case ctx.Err() != nil:
		return nil, false
	case isRefusal(err):
		if work := c.work.Load(); work != nil {
			work.fail(err)
		}
		return nil, false
	}
	c.log.Warn(explain(err), "cause", err)
	return payload, true
}
