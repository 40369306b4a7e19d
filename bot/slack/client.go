package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/time/rate"

	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

const (
	callTime    = 15 * time.Second // a call may take so long
	respondTime = 30 * time.Minute // Slack takes no response later; source: "Handling user interaction"
	postRate    = 1                // messages a second in a channel; source: Slack's "Rate limits"
)

// client calls Slack's Web API, no faster than Slack allows, and again when a call
// did not arrive.
type client struct {
	*slack.Client
	http      *http.Client
	trouble   *traffic.Trouble
	paces     *traffic.Paces[string]
	unlimited bool
}

func newClient(logger *slog.Logger, config Config, m traffic.Meter) *client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 50
	h := &http.Client{Transport: transport, Timeout: callTime}
	return &client{
		Client: slack.New(config.BotToken,
			slack.OptionAPIURL(config.APIURL), slack.OptionHTTPClient(h), slack.OptionAppLevelToken(config.AppToken),
			slack.OptionLog(log.New(io.Discard, "", 0)), // it may quote what people write
		),
		http: h, trouble: traffic.NewTrouble(logger, "slack", m), unlimited: config.Unlimited,
		paces: traffic.NewPaces(func(string) *rate.Limiter { return rate.NewLimiter(postRate, 1) }),
	}
}

// call makes a call until it succeeds, ctx ends, Slack says that it never will, or the
// delivery is no longer this program's to answer.
func (c *client) call(ctx context.Context, one func(context.Context) error) error {
	return c.trouble.Try(ctx, judge, func(ctx context.Context) error {
		if err := claims.Check(ctx); err != nil {
			return err
		}
		return clean(one(ctx))
	})
}

// post sends a message into a channel, in a thread if there is one.
func (c *client) post(ctx context.Context, channel, thread string, m message) error {
	if !c.unlimited {
		if err := c.paces.Of(channel).Wait(ctx); err != nil {
			return err
		}
	}
	options := append(m.options(), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	if thread != "" {
		options = append(options, slack.MsgOptionTS(thread))
	}
	return c.call(ctx, func(ctx context.Context) error {
		_, _, err := c.PostMessageContext(ctx, channel, options...)
		return err
	})
}

// respond sends to the address that came with a command or a press. Who sees it,
// and what becomes of the message that the press was on, stands in the response.
func (c *client) respond(ctx context.Context, address string, r *slack.WebhookMessage) error {
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errNoAddress
	}
	ctx, cancel := context.WithTimeout(ctx, respondTime)
	defer cancel()
	return c.call(ctx, func(ctx context.Context) error {
		return slack.PostWebhookCustomHTTPContext(ctx, address, c.http, r)
	})
}

// clean brings an error of the library into a form that may be logged.
func clean(err error) error {
	var u *url.Error
	if errors.As(err, &u) { // it quotes the address, which may be a secret
		return fmt.Errorf("calling slack: %w", u.Err)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errGarbled
	}
	return err
}

// errNoAddress means that a delivery came without an address to answer to, which
// Slack's own always have.
var errNoAddress = errors.New("there is no address to answer to")

// errGarbled is an answer that is no JSON: a proxy's page, or cut off on the way.
var errGarbled = errors.New("the answer is not what slack sends")
