package telegram

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

const (
	window      = 100             // updates being answered at a time; Telegram hands out no more in one call
	pollTime    = 5 * time.Second // how long Telegram holds a call open when there is nothing new
	pollGrace   = 4 * time.Second // how much longer the network may take
	shortestGap = 50 * time.Millisecond
	longestGap  = time.Second // between two looks for new updates while old ones are being answered
	// cutOffTime is how long Telegram may be out of reach before another program gets
	// its turn. A call that hangs takes longer by itself; together with a change of
	// turns, which takes 5 seconds, it stays below 15.
	cutOffTime = 5 * time.Second
)

// taken keeps which updates are being answered, so that none is confirmed before it is.
type taken struct {
	mu          sync.Mutex
	pending     map[int64]bool
	next        int64 // the number after the highest seen; 0 before the first
	unconfirmed bool  // Telegram has not yet been told of next
	progress    chan struct{}
}

func newTaken() *taken {
	return &taken{pending: map[int64]bool{}, progress: make(chan struct{}, 1)}
}

// offset confirms every update below it to Telegram. Once confirmed, it is 0 until
// there is something new to confirm: after a quiet week Telegram starts again at
// any number, perhaps a lower one.
func (t *taken) offset() (offset int64, pending int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.pending) == 0 {
		if t.unconfirmed {
			offset = t.next
		}
		return offset, 0
	}
	offset = t.next
	for id := range t.pending {
		offset = min(offset, id)
	}
	return offset, len(t.pending)
}

// add notes an update; it is false for one that is being answered already.
func (t *taken) add(id int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pending[id] {
		return false
	}
	if len(t.pending) == 0 && !t.unconfirmed {
		t.next = 0
	}
	t.pending[id], t.unconfirmed = true, true
	t.next = max(t.next, id+1)
	return true
}

func (t *taken) finish(id int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.pending, id)
	select {
	case t.progress <- struct{}{}:
	default:
	}
}

// confirmed notes that Telegram has been told everything below offset.
func (t *taken) confirmed(offset int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if offset == t.next {
		t.unconfirmed = false
	}
}

// rest waits until everything is answered, or for the gap at most.
func (t *taken) rest(ctx context.Context, gap time.Duration) {
	timer := time.NewTimer(gap)
	defer timer.Stop()
	for {
		select {
		case <-t.progress:
			if _, pending := t.offset(); pending == 0 {
				return
			}
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// poll fetches updates whenever it is this program's turn to, until ctx ends.
func (c *Channel) poll(ctx, work context.Context) {
	for {
		leading, resign := c.claims.Lead(ctx, "telegram "+c.botID())
		if leading == nil {
			return
		}
		cutOff := c.pollOn(ctx, work, leading)
		resign()
		if cutOff {
			traffic.Sleep(ctx, cutOffTime) // another program, which may reach Telegram, goes first
		}
	}
}

// pollOn fetches updates until ctx or the turn ends, or Telegram is out of reach for
// long. At ctx's end it waits for the answers and confirms them; otherwise it drops
// what is not answered, since whoever fetches next is given it.
func (c *Channel) pollOn(ctx, work, leading context.Context) (cutOff bool) {
	taking, stop := within(ctx, leading)
	defer stop()
	answering, drop := within(work, leading)
	defer drop()
	t := newTaken()
	cutOff = c.fetchAll(taking, answering, t)
	if cutOff {
		drop()
	}
	c.lanes.Wait()
	if answering.Err() == nil {
		c.confirm(work, t)
	}
	return cutOff
}

// within is a context that ends with either of two.
func within(ctx, other context.Context) (both context.Context, cancel func()) {
	both, end := context.WithCancel(ctx)
	stop := context.AfterFunc(other, end)
	return both, func() { stop(); end() }
}

// fetchAll fetches updates until ctx ends, Telegram refuses the token, or, as it then
// tells, Telegram is out of reach for long.
func (c *Channel) fetchAll(ctx, work context.Context, t *taken) (cutOff bool) {
	c.dropWebhook(ctx)
	gap, pause, good := shortestGap, traffic.FirstPause, time.Now()
	for ctx.Err() == nil {
		offset, pending := t.offset()
		wait := pollTime
		if pending > 0 {
			wait = 0
		}
		updates, err := c.fetch(ctx, offset, wait)
		if err != nil {
			if isNetwork(err) && ctx.Err() == nil && time.Since(good) >= cutOffTime {
				c.fetching.Bad(ctx, explain(err), err)
				return true
			}
			if !c.recover(ctx, err, pause) {
				return false
			}
			pause = traffic.Longer(pause)
			continue
		}
		c.fetching.Good()
		t.confirmed(offset)
		pause, good = traffic.FirstPause, time.Now()
		if c.takeAll(work, t, updates) > 0 {
			gap = shortestGap
		} else {
			gap = min(2*gap, longestGap)
		}
		if _, pending := t.offset(); pending > 0 || len(updates) > 0 {
			t.rest(ctx, gap)
		}
	}
	return false
}

func (c *Channel) fetch(ctx context.Context, offset int64, wait time.Duration) ([]json.RawMessage, error) {
	params := tgbotapi.Params{
		"timeout": strconv.Itoa(int(wait.Seconds())), "limit": strconv.Itoa(window), "allowed_updates": allowedUpdates,
	}
	params.AddNonZero64("offset", offset)
	var updates []json.RawMessage
	err := c.api.callWithin(ctx, wait+pollGrace, "getUpdates", params, &updates)
	return updates, err
}

// takeAll starts on the updates that are new and says how many there were. Each is
// decoded by itself: one that cannot be read is logged and confirmed, or it would
// come again for ever.
func (c *Channel) takeAll(work context.Context, t *taken, updates []json.RawMessage) int {
	taken := 0
	for _, raw := range updates {
		id, err := updateID(raw)
		if err != nil {
			c.log.Warn("an update has no number and is left alone")
			continue
		}
		if !t.add(id) {
			continue
		}
		taken++
		var u update
		if err := json.Unmarshal(raw, &u); err != nil {
			c.log.Warn("an update cannot be read and is left out")
			t.finish(id)
			continue
		}
		c.lanes.Add(u.lane(), id, func() {
			if c.answerOnce(work, u) {
				t.finish(id)
			}
		})
	}
	return taken
}

// recover deals with an error of polling and waits; it is false when polling cannot go on.
func (c *Channel) recover(ctx context.Context, err error, pause time.Duration) bool {
	if ctx.Err() != nil {
		return false
	}
	if isRefusal(err) {
		c.work.Load().fail(err)
		return false
	}
	c.fetching.Bad(ctx, explain(err), err)
	if said(err, http.StatusConflict, "webhook") {
		c.dropWebhook(ctx)
	}
	return traffic.Sleep(ctx, max(pause, retryAfter(err)))
}

// dropWebhook makes polling possible after a run with a webhook. What waits at Telegram is kept.
func (c *Channel) dropWebhook(ctx context.Context) {
	if err := c.api.call(ctx, "deleteWebhook", nil, nil); err != nil {
		c.fetching.Bad(ctx, explain(err), err)
	}
}

// confirm tells Telegram, without taking more, which updates are answered.
func (c *Channel) confirm(work context.Context, t *taken) {
	offset, _ := t.offset()
	if offset == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(work), confirmTime)
	defer cancel()
	params := tgbotapi.Params{"timeout": "0", "limit": "1", "allowed_updates": allowedUpdates, "offset": strconv.FormatInt(offset, 10)}
	if err := c.api.call(ctx, "getUpdates", params, nil); err != nil {
		c.log.Warn("the last answers could not be confirmed; telegram may bring their questions again", "cause", err)
	}
}
