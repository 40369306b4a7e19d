package slack

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

const (
	// socketCount is how many sockets are open at a time. Slack closes each one
	// every hour or so; meanwhile the other takes what comes.
	socketCount = 2
	// socketTries is after how many failed tries in a row a socket is made anew: the
	// library's own pauses grow to five minutes, which is long after an outage.
	socketTries = 6
	ackSendTime = 3 * time.Second // after that, an acknowledgement comes too late
)

// openSockets keeps sockets open until ctx ends, where an app token is set. The
// function that it returns waits until they are closed.
func (c *Channel) openSockets(ctx context.Context, fail context.CancelCauseFunc) (closed func()) {
	var all sync.WaitGroup
	if c.config.AppToken != "" {
		for range socketCount {
			all.Go(func() { c.keepSocket(ctx, fail) })
		}
	}
	return all.Wait
}

// keepSocket keeps one socket open.
func (c *Channel) keepSocket(ctx context.Context, fail context.CancelCauseFunc) {
	for pause := traffic.FirstPause; ctx.Err() == nil; pause = traffic.Longer(pause) {
		err := clean(c.runSocket(ctx))
		if ctx.Err() != nil {
			return
		}
		if isRefusal(err) {
			fail(err)
			return
		}
		c.socket.Bad(ctx, explain(err), err)
		traffic.Sleep(ctx, pause)
	}
}

// errTries ends a socket that could not be opened for long.
var errTries = errors.New("the socket could not be opened")

// runSocket opens a socket and takes what comes, until ctx ends, Slack refuses the
// token, or opening has failed too often.
func (c *Channel) runSocket(ctx context.Context) error {
	ctx, give := context.WithCancelCause(ctx)
	defer give(nil)
	// The library would stop reading while nobody takes what it has read, and then
	// not even notice that Slack hangs up: taking must never wait.
	s := socketmode.New(c.client.Client, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-s.Events:
				c.heard(ctx, s, e, give)
			}
		}
	}()
	err := s.RunContext(ctx)
	cause := context.Cause(ctx)
	give(nil)
	<-done
	if errors.Is(cause, errTries) {
		return cause
	}
	return err
}

// heard deals with what comes over a socket.
func (c *Channel) heard(ctx context.Context, s *socketmode.Client, e socketmode.Event, give context.CancelCauseFunc) {
	switch e.Type {
	case socketmode.EventTypeHello:
		c.socket.Good()
	case socketmode.EventTypeConnectionError:
		if failed, ok := e.Data.(*slack.ConnectionErrorEvent); ok {
			err := clean(failed.ErrorObj)
			c.socket.Bad(ctx, explain(err), err)
			if failed.Attempt >= socketTries {
				give(errTries)
			}
		}
	case socketmode.EventTypeEventsAPI, socketmode.EventTypeSlashCommand, socketmode.EventTypeInteractive:
		c.takeEnvelope(ctx, s, e.Request)
	case socketmode.EventTypeErrorBadMessage:
		// The library cannot read what is inside; this package may, and must acknowledge it.
		var r socketmode.Request
		if bad, ok := e.Data.(*socketmode.ErrorBadMessage); ok && json.Unmarshal(bad.Message, &r) == nil && r.EnvelopeID != "" {
			c.takeEnvelope(ctx, s, &r)
		}
	}
}

func (c *Channel) takeEnvelope(ctx context.Context, s *socketmode.Client, r *socketmode.Request) {
	if r == nil {
		return
	}
	c.take(kind(r.Type), r.Payload, r.RetryAttempt > 0, func(payload any) error {
		ctx, cancel := context.WithTimeout(ctx, ackSendTime)
		defer cancel()
		return s.AckCtx(ctx, r.EnvelopeID, payload)
	})
}
