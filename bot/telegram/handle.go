package telegram

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/traffic"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// busyPause is the time between two tries to claim what somebody else is answering.
const busyPause = time.Second

// lane is the chat whose order the update belongs to.
func (u update) lane() int64 {
	switch {
	case u.Message != nil:
		return u.Message.Chat.ID
	case u.Edited != nil:
		return u.Edited.Chat.ID
	case u.Callback != nil && u.Callback.Message != nil:
		return u.Callback.Message.Chat.ID
	case u.Callback != nil:
		return u.Callback.From.ID
	case u.Inline != nil:
		return u.Inline.From.ID
	}
	return 0
}

// answerOnce answers an update that nobody has answered. It is false when the
// update must come again: the work ended first.
func (c *Channel) answerOnce(ctx context.Context, u update) bool {
	d := claims.Delivery{ID: "telegram " + c.botID() + " " + strconv.FormatInt(u.ID, 10)}
	for {
		state, held := c.claims.Claim(ctx, d)
		switch state {
		case claims.Mine:
			err := c.answer(held.In(ctx), u)
			done := c.settled(ctx, err)
			held.Settle(done)
			if done {
				c.counts.Delivered(false)
			}
			if done || !errors.Is(err, claims.ErrLost) {
				return done
			}
			d.Again = true
		case claims.Done:
			c.counts.Delivered(true)
			return true
		}
		if !traffic.Sleep(ctx, busyPause) {
			return false
		}
	}
}

func (c *Channel) botID() string { return strconv.FormatInt(c.me.Load().ID, 10) }

// answer answers an update. One that cannot be handled counts as answered.
func (c *Channel) answer(ctx context.Context, u update) (err error) {
	defer func() {
		if p := recover(); p != nil { // without its value: that may quote the update
			c.log.Error("an update could not be handled and is left out", "at", string(debug.Stack()))
			err = nil
		}
	}()
	switch {
	case u.Message != nil:
		return c.message(ctx, u.Message)
	case u.Edited != nil:
		return c.edited(ctx, u.Edited)
	case u.Callback != nil:
		return c.pressed(ctx, u.Callback)
	case u.Inline != nil:
		return c.offer(ctx, u.Inline)
	}
	return nil
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
	case isGone(err): // the person blocked the bot, or deleted the chat: nobody is left to answer
		return true
	}
	c.log.Warn("a reply was refused and is left out", "cause", err)
	return true
}

// isGone tells whether nobody is left in the chat to answer.
func isGone(err error) bool {
	return said(err, http.StatusForbidden, "") || said(err, http.StatusBadRequest, "chat not found") ||
		said(err, http.StatusBadRequest, "peer_id_invalid") || said(err, http.StatusBadRequest, "user not found")
}

// message answers a new message.
func (c *Channel) message(ctx context.Context, m *incoming) error {
	replies, ok := c.replies(ctx, m)
	if !ok {
		return nil
	}
	return c.deliver(ctx, m, replies, nil)
}

// edited answers a changed message by changing the bot's reply to it. Where there
// is none, because the program was started since or the message is old, it is answered anew.
func (c *Channel) edited(ctx context.Context, m *incoming) error {
	if words, _ := m.words(); words == "" {
		return nil // a live location that moves, or a changed photo: the first one was answered
	}
	replies, ok := c.replies(ctx, m)
	if !ok {
		return nil
	}
	earlier := c.sent.of(m.Chat.ID, m.ID)
	if replies[0].urgent { // nobody is told of an edit: this must ring
		earlier = nil
	}
	return c.deliver(ctx, m, replies, earlier)
}

// deliver sends the messages of a reply, in place of earlier ones where there are any.
func (c *Channel) deliver(ctx context.Context, m *incoming, replies []message, earlier []int) error {
	at := m.place()
	var ids []int
	for i, reply := range replies {
		at.urgent = reply.urgent
		if i < len(earlier) {
			err := c.sender.edit(ctx, at, earlier[i], reply)
			if err == nil {
				ids = append(ids, earlier[i])
				continue
			}
			if !said(err, http.StatusBadRequest, "message") { // not found, or cannot be edited: send a new one
				return err
			}
		}
		id, err := c.sender.send(ctx, at, reply)
		if err != nil {
			return err
		}
		ids = append(ids, id)
		at.replyTo = 0 // one reply is one answer: only its first message points back
	}
	c.sent.keep(m.Chat.ID, m.ID, ids)
	for _, id := range earlier[min(len(replies), len(earlier)):] {
		if err := c.sender.remove(ctx, at, id); err != nil && !said(err, http.StatusBadRequest, "message") {
			return err
		}
	}
	return nil
}

// place is where the reply to a message goes.
func (m *incoming) place() place {
	at := place{chat: m.Chat.ID}
	if m.IsTopic {
		at.topic = m.Topic
	}
	if m.Chat.Type != private {
		at.replyTo = m.ID
	}
	return at
}

// replies finds what to say to a message; ok is false when nothing is to be said.
func (c *Channel) replies(ctx context.Context, m *incoming) (all []message, ok bool) {
	if m.fromProgram(c.me.Load()) {
		return nil, false
	}
	w, toMe := c.addressed(m)
	if !toMe {
		return nil, false
	}
	v := c.view()
	if w.empty() {
		if m.Chat.Type != private || !m.attachment.any() || c.albums.seen(m.Chat.ID, m.Album) {
			return nil, false
		}
		all = v.line(c.desk.Corpus().Phrases.Type)
		return c.limited(m, all)
	}
	r, typed := c.find(ctx, w)
	all = v.reply(r, typed)
	all, ok = c.limited(m, all)
	if ok {
		c.counts.Answered(r.Kind, r.ID)
	}
	return all, ok
}

// limited keeps a flood in check: it tells the person once to slow down and then
// says nothing, except in an emergency.
func (c *Channel) limited(m *incoming, all []message) ([]message, bool) {
	urgent := len(all) > 0 && all[0].urgent
	switch c.floods.judge(m.Chat.ID, m.sentAt(time.Now()), urgent) {
	case goAhead:
		return all, len(all) > 0
	case slowDown:
		return c.view().reply(c.reserved(corpus.SlowDownID), false), true
	}
	return nil, false
}

// find looks up what was asked. typed is false where a command or link named the entry.
func (c *Channel) find(ctx context.Context, w words) (r bot.Reply, typed bool) {
	if w.command != "" {
		if r, ok := c.command(w); ok {
			return r, false
		}
	}
	r, err := c.desk.Ask(ctx, w.question())
	if err != nil && !errors.Is(err, context.Canceled) {
		c.log.Error("a question could not be answered", "cause", err)
	}
	return r, true
}

func (c *Channel) reserved(id string) bot.Reply {
	r, _ := c.desk.Entry(c.desk.Corpus().Reserved(id).ID)
	return r
}
