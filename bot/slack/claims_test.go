package slack_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/claims"
)

// stolen are claims that are lost once, right before an answer goes out.
type stolen struct {
	*claims.Memory
	lost atomic.Bool
}

func (c *stolen) Claim(ctx context.Context, delivery string) (claims.State, *claims.Held) {
	state, held := c.Memory.Claim(ctx, delivery)
	if held == nil || c.lost.Swap(true) {
		return state, held
	}
	return state, claims.NewHeld(func(context.Context) bool { return false }, held.Settle)
}

func TestAClaimThatIsLostIsMadeAgain(t *testing.T) {
	r := start(t, real(), with(&stolen{Memory: claims.NewMemory(claims.Key{})}))
	if posted := r.mention("C1", "do i have to pay"); len(posted) != 1 {
		t.Errorf("got %d answers", len(posted))
	}
}

// What another program is answering is left to it; when that dies, it is answered here.
func TestWhatAnotherProgramIsAnswering(t *testing.T) {
	c := claims.NewMemory(claims.Key{})
	r := start(t, real(), with(c))
	var held []*claims.Held
	claim := func(ts string) {
		_, h := c.Claim(context.Background(), "slack message "+r.TeamID+" C1 "+ts)
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
