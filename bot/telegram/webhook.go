package telegram

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

const (
	secretHeader = "X-Telegram-Bot-Api-Secret-Token"
	maxUpdate    = 1 << 20 // bytes; a message's text and marks are below 100 kB
)

// WebhookPrefix is what all paths start with at which Telegram delivers. It is no
// secret; what follows it is.
const WebhookPrefix = "/telegram/"

// WebhookPath is where on this server Telegram delivers updates; empty when they
// are fetched. Nobody who does not know the token can guess it.
func (c *Channel) WebhookPath() string {
	u, err := url.Parse(c.webhookURL())
	if err != nil {
		return ""
	}
	return u.Path
}

func (c *Channel) webhookURL() string {
	if c.config.WebhookURL == "" {
		return ""
	}
	whole, err := url.JoinPath(c.config.WebhookURL, WebhookPrefix, c.derive("path"))
	if err != nil {
		return ""
	}
	return whole
}

func (c *Channel) secret() string {
	if c.config.WebhookSecret != "" {
		return c.config.WebhookSecret
	}
	return c.derive("secret")
}

// derive makes something that only who knows the token can know, and that does not give the token away.
func (c *Channel) derive(purpose string) string {
	mac := hmac.New(sha256.New, []byte(c.config.Token))
	mac.Write([]byte("frontdesk webhook " + purpose))
	return hex.EncodeToString(mac.Sum(nil)[:20])
}

// serveWebhook asks Telegram to deliver updates, until ctx ends. They arrive at ServeHTTP.
func (c *Channel) serveWebhook(ctx context.Context) {
	params := tgbotapi.Params{
		"url": c.webhookURL(), "secret_token": c.secret(), "max_connections": strconv.Itoa(window), "allowed_updates": allowedUpdates,
	}
	err := c.fetching.Try(ctx, judgeStart, func(ctx context.Context) error { return c.api.call(ctx, "setWebhook", params, nil) })
	if err != nil {
		if isRefusal(err) {
			c.work.Load().fail(err)
		}
		return
	}
	c.log.Info("telegram delivers updates to this server")
	<-ctx.Done()
}

// ServeHTTP takes one update from Telegram and answers it. A status of 500 and
// above makes Telegram bring it again.
func (c *Channel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !traffic.IsPost(w, r) {
		return
	}
	if subtle.ConstantTimeCompare([]byte(r.Header.Get(secretHeader)), []byte(c.secret())) != 1 {
		c.refused.Do(func() {
			c.log.Warn("an update with a wrong secret is refused; if telegram's deliveries fail, check that every program has the same TELEGRAM_WEBHOOK_SECRET")
		})
		http.Error(w, "wrong secret", http.StatusForbidden)
		return
	}
	body, ok := traffic.ReadBody(w, r, maxUpdate)
	if !ok {
		return
	}
	var u update
	if err := json.Unmarshal(body, &u); err != nil {
		// Telegram would bring it again for a day, and it would be no better.
		c.log.Warn("an update cannot be read and is left out")
		return
	}
	if !c.answerDelivered(r.Context(), u) {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "try again", http.StatusServiceUnavailable)
	}
}

// answerDelivered answers an update and tells whether that is done. Two deliveries
// of one update may meet here, or in two programs: the second waits for the first.
func (c *Channel) answerDelivered(ctx context.Context, u update) bool {
	work := c.work.Load()
	if work == nil {
		return false
	}
	done := make(chan bool, 1)
	c.lanes.Add(u.lane(), u.ID, func() { done <- c.answerOnce(work, u) })
	select {
	case answered := <-done:
		return answered
	case <-ctx.Done(): // Telegram has hung up; the answer goes out all the same
		return false
	}
}
