package slack_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/slack/slacktest"
)

func TestAClaimThatIsLostIsMadeAgain(t *testing.T) {
	r := start(t, real(), with(channeltest.NewStolenClaims()))
	if posted := r.mention("C1", "do i have to pay"); len(posted) != 1 {
		t.Errorf("got %d answers", len(posted))
	}
}

// told are claims that note whether a delivery had been brought before.
type told struct {
	*claims.Memory
	first, again atomic.Int64
}

func (c *told) Claim(ctx context.Context, d claims.Delivery) (claims.State, *claims.Held) {
	if d.Again {
		c.again.Add(1)
	} else {
		c.first.Add(1)
	}
	return c.Memory.Claim(ctx, d)
}

// Without Redis, claims are careful with what another program may be answering.
func TestClaimsAreToldThatSlackBringsSomethingAgain(t *testing.T) {
	for name, options := range map[string][]option{"sockets": nil, "HTTP": {overHTTP}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &told{Memory: claims.NewMemory(claims.Key{})}
			r := start(t, real(), append(options, with(c))...)
			r.SetPace(slacktest.Pace{Ack: 300 * time.Millisecond})
			r.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: slacktest.Slow, Delay: time.Second})
			r.mention("C1", "do i have to pay")
			r.until("it was brought again", func() bool { return c.again.Load() > 0 })
			if c.first.Load() != 1 {
				t.Errorf("%d deliveries were the first", c.first.Load())
			}
		})
	}
}

// What another program is answering is left to it; when that dies, it is answered here.
func TestWhatAnotherProgramIsAnswering(t *testing.T) {
	c := claims.NewMemory(claims.Key{})
	r := start(t, real(), with(c))
	var held []*claims.Held
	claim := func(ts string) {
		_, h := c.Claim(context.Background(), claims.Delivery{ID: "slack message " + r.TeamID + " C1 " + ts})
		held = append(held, h)
	}
	for _, ts := range []string{"1700000000.000100", "1700000000.000200"} {
		claim(ts)
		r.Event(map[string]any{"type": "app_mention", "channel": "C1", "user": "U1", "ts": ts, "text": "do i have to pay"})
	}
	r.until("both are taken", func() bool { return r.channel.Pending() == 2 })
	if posted := r.Posted("C1"); len(posted) != 0 {
		t.Fatalf("it answered %d that another program has", len(posted))
	}
	held[0].Settle(true)
	held[1].Settle(false)
	r.settled()
	if posted := r.Posted("C1"); len(posted) != 1 || posted[0].ThreadTS != "1700000000.000200" {
		t.Errorf("got %+v", posted)
	}
}
