package slack

import (
	"context"
	"encoding/json"
	"errors"
	"runtime/debug"
	"sync"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

const (
	// ackTime is when a command or a press is acknowledged even though its answer is
	// not out yet: Slack waits 3 seconds, then tells the person that the app failed,
	// and never brings it again. An event is acknowledged with its answer: until then
	// Slack brings it again, to another program if this one is killed.
	ackTime = 2 * time.Second
	// busyPause is the time between two tries to claim what another program is answering.
	busyPause = time.Second
	// maxPending is how many deliveries are being answered at a time. Slack brings
	// again what is not acknowledged.
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
	key     string // names what happened, however often Slack brings it; empty when it has no name
	again   bool   // Slack has brought it before
	lane    string // jobs of one lane keep their order
	written int64  // a number that grows within the lane
	// do answers. What it returns goes back with the acknowledgement.
	do func(ctx context.Context) (payload any, err error)
}

// acknowledge tells Slack that a delivery has arrived, and may answer a form.
type acknowledge func(payload any) error

// take answers a delivery, which Slack may have brought before, and acknowledges it. When it returns false, nothing was
// taken, and Slack brings the delivery again.
func (c *Channel) take(k kind, payload []byte, again bool, ack acknowledge) bool {
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
	j.again = again
	var once sync.Once
	acknowledgeOnce := func(reply any) { once.Do(func() { c.acked(ack(reply)) }) }
	var hurry *time.Timer
	if k != kindEvent {
		hurry = time.AfterFunc(ackTime, func() { acknowledgeOnce(nil) })
	}
	c.pending.Add(1)
	c.lanes.Add(j.lane, j.written, func() {
		defer c.pending.Add(-1)
		reply, done := c.answerOnce(work, j)
		if !done {
			return
		}
		if hurry != nil {
			hurry.Stop()
		}
		acknowledgeOnce(reply)
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

// answerOnce does a job that nobody has done, and tells whether it is done. It is not
// when the work ends first.
func (c *Channel) answerOnce(ctx context.Context, j *job) (payload any, done bool) {
	if j.key == "" {
		payload, err := c.answer(ctx, j)
		return payload, c.settled(ctx, err)
	}
	for {
		state, held := c.claims.Claim(ctx, claims.Delivery{ID: "slack " + j.key, Again: j.again})
		switch state {
		case claims.Mine:
			payload, err := c.answer(held.In(ctx), j)
			done := c.settled(ctx, err)
			held.Settle(done)
			if done {
				c.counts.Delivered(false)
			}
			if done || !errors.Is(err, claims.ErrLost) {
				return payload, done
			}
			j.again = true
		case claims.Done:
			c.counts.Delivered(true)
			return nil, true
		}
		if !traffic.Sleep(ctx, busyPause) {
			return nil, false
		}
	}
}

// answer does a job. One that cannot be handled counts as done.
func (c *Channel) answer(ctx context.Context, j *job) (payload any, err error) {
	defer func() {
		if p := recover(); p != nil { // without its value: that may quote the delivery
			c.log.Error("a delivery could not be handled and is left out", "at", string(debug.Stack()))
			payload, err = nil, nil
		}
	}()
	return j.do(ctx)
}

// settled tells whether nothing is left to be done after this error.
func (c *Channel) settled(ctx context.Context, err error) bool {
	switch {
	case err == nil:
		return true
	case ctx.Err() != nil, errors.Is(err, claims.ErrLost):
		return false
	case isRefusal(err):
		if work := c.work.Load(); work != nil {
			work.fail(err)
		}
		return false
	}
	c.log.Warn(explain(err), "cause", err)
	return true
}
