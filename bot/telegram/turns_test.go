package telegram_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

// turned are claims whose turns a test gives and takes.
type turned struct {
	*claims.Memory
	given    chan context.Context
	resigned atomic.Int32
}

func newTurned() *turned {
	return &turned{Memory: claims.NewMemory(claims.Key{}), given: make(chan context.Context)}
}

func (c *turned) Lead(ctx context.Context, _ string) (context.Context, func()) {
	select {
	case leading := <-c.given:
		return leading, func() { c.resigned.Add(1) }
	case <-ctx.Done():
		return nil, nil
	}
}

func TestOnlyWhoseTurnItIsFetches(t *testing.T) {
	c := newTurned()
	r := start(t, real(), with(c))
	first, lose := context.WithCancel(t.Context())
	r.Say(person, "do i have to pay")
	r.until("the bot is known", func() bool { return len(r.Calls("getMe")) == 1 })
	if n := len(r.Calls("getUpdates")); n != 0 {
		t.Fatalf("%d fetches before its turn", n)
	}
	r.Inject(telegramtest.Fault{Method: "sendMessage", Kind: telegramtest.Hang})
	c.given <- first
	r.until("the answer is on its way", func() bool { return r.Faulted() == 1 })
	lose()
	second, end := context.WithCancel(t.Context())
	defer end()
	c.given <- second // taken only when the first turn is over
	r.settled()
	if c.resigned.Load() != 1 || len(r.Sent(person)) != 1 {
		t.Errorf("it gave up %d turns, and the person got %+v", c.resigned.Load(), r.Sent(person))
	}
}

func TestWhoeverCannotReachTelegramGivesTheTurnUp(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]telegramtest.FaultKind{"refused": telegramtest.Reset, "silent": telegramtest.Hang} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newTurned()
			r := start(t, real(), with(c))
			r.Inject(telegramtest.Fault{Method: "getUpdates", Kind: fault, Times: -1})
			c.given <- t.Context()
			r.until("the turn is given up", func() bool { return c.resigned.Load() == 1 })
			r.Mend()
			r.Say(person, "do i have to pay")
			c.given <- t.Context()
			r.settled()
			if n := len(r.Sent(person)); n != 1 {
				t.Errorf("the person got %d answers", n)
			}
		})
	}
}

func TestAClaimThatIsLostIsMadeAgain(t *testing.T) {
	r := start(t, real(), with(channeltest.NewStolenClaims()))
	if sent := r.ask(person, "do i have to pay"); len(sent) != 1 {
		t.Errorf("got %d answers", len(sent))
	}
}
