// Package slack is the channel for staff: it answers mentions, direct messages,
// the slash command, shortcuts and the app's home tab in Slack, in the words of
// the corpus.
//
// What happens to one delivery: socket.go or http.go takes it, delivery.go sees to it
// that it is answered once and in order, and acknowledged with its answer,
// events.go, commands.go, actions.go and views.go know what each kind is about,
// markup.go reads what people write, blocks.go puts replies into Slack's form,
// and client.go sends them at the pace that Slack allows.
//
// The package must not know how an answer is found, and keeps and logs nothing of
// what people write or who they are. Start reading at [Channel.Run].
package slack

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/time/rate"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/traffic"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// An Asker finds what fits a question.
type Asker interface {
	// Ask always has a reply, even beside an error.
	Ask(ctx context.Context, question string) (bot.Reply, error)
}

// A Library holds the entries.
type Library interface {
	// Entry gives the reply that an entry's link or button leads to.
	Entry(id string) (bot.Reply, bool)
	// Corpus is what the entries come from; it may be another one at each call.
	Corpus() *corpus.Corpus
}

// A Desk answers; [bot.Bot] is one.
type Desk interface {
	Asker
	Library
}

// Claims sees to it that nothing is answered twice; see package claims.
type Claims interface {
	// Claim takes a delivery. Who gets it as [claims.Mine] settles it.
	Claim(ctx context.Context, d claims.Delivery) (claims.State, *claims.Held)
}

// Counts is told what happened. It keeps numbers only, and returns at once.
type Counts interface {
	// Answered counts a reply, by its kind and the id of its entry.
	Answered(kind bot.Kind, id string)
	// Judged counts what somebody said of an answer.
	Judged(id string, right bool)
	// Delivered counts a delivery that is done. One that is known had been answered before.
	Delivered(known bool)
	traffic.Meter
}

// Config is what the channel needs to know of the outside world.
type Config struct {
	BotToken      string // xoxb-...
	AppToken      string // xapp-...; with one, deliveries come over Socket Mode
	SigningSecret string // with one, deliveries come over HTTP, too
	APIURL        string // of the Web API, such as https://slack.com/api/
	PublicURL     string // of the desk; links to its answers unfold in Slack
	// Unlimited lifts the limit on posting. Only a fake server bears that.
	Unlimited bool
}

// A Channel is the bot in Slack.
type Channel struct {
	log    *slog.Logger
	config Config
	desk   Desk
	claims Claims
	counts Counts

	client *client
	lanes  traffic.Lanes[string]
	seen   *signatures
	socket *traffic.Trouble // of what comes from Slack; the client has one of its own
	// refused says now and then that deliveries are refused: anybody may send some.
	refused rate.Sometimes

	me      atomic.Pointer[slack.AuthTestResponse] // who the bot is; nil until Slack has said so
	work    atomic.Pointer[workContext]            // in which deliveries are answered; nil while none are taken
	pending atomic.Int64                           // deliveries being answered
}

// workContext outlives the one that Run was given, so that what was taken is still answered.
type workContext struct {
	context.Context
	fail context.CancelCauseFunc
}

// New makes the channel. It does nothing until it is run.
func New(log *slog.Logger, config Config, desk Desk, claims Claims, counts Counts) *Channel {
	log = log.With("channel", "slack")
	return &Channel{
		log: log, config: config, desk: desk, claims: claims, counts: counts,
		client: newClient(log, config, counts), seen: newSignatures(), socket: traffic.NewTrouble(log, "slack", counts),
		refused: rate.Sometimes{Interval: traffic.RefusedInterval},
	}
}

// drainTime is how long what was taken may still be answered after a stop.
// Containers are killed 10 seconds after they are told to stop.
const drainTime = 8 * time.Second

// flushTime lets the last acknowledgements leave before the sockets are closed: the
// library sends them in the background and does not say when they are gone. One
// takes well below a millisecond.
const flushTime = 250 * time.Millisecond

// Run answers until ctx ends, then answers what it has taken and returns nil. It
// returns an error when it cannot go on: Slack refuses a token.
func (c *Channel) Run(ctx context.Context) error {
	ctx, work, fail := traffic.Work(ctx, drainTime)
	defer fail(nil)
	context.AfterFunc(ctx, func() { c.work.Store(nil) }) // nothing more is taken; what is not acknowledged comes again
	if !c.introduce(ctx, fail) {
		return refusal(work)
	}
	c.work.Store(&workContext{work, fail})
	sockets, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	closed := c.openSockets(sockets, fail)
	<-ctx.Done()
	c.lanes.Wait()
	if c.config.AppToken != "" {
		time.Sleep(flushTime)
	}
	hangUp()
	closed()
	return refusal(work)
}

// refusal is why the work was given up, if Slack refused a token.
func refusal(work context.Context) error {
	if cause := context.Cause(work); isRefusal(cause) {
		return fmt.Errorf("slack: %s", explain(cause))
	}
	return nil
}

// introduce learns who the bot is. It is false when ctx ends first or the token is refused.
func (c *Channel) introduce(ctx context.Context, fail context.CancelCauseFunc) bool {
	err := c.client.call(ctx, func(ctx context.Context) error {
		me, err := c.client.AuthTestContext(ctx)
		if err == nil {
			c.me.Store(me)
		}
		return err
	})
	if err != nil {
		fail(err)
		return false
	}
	c.log.Info("slack knows the bot", "workspace", c.me.Load().Team)
	return true
}
