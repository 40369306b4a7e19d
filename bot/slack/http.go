package slack

import (
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/slack-go/slack"

	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

const (
	maxBody       = 1 << 20         // bytes; Slack's largest deliveries are views, below 300 kB
	signatureTime = 5 * time.Minute // Slack's window; a signature is older or known, but never good twice
	maxSignatures = 100_000         // remembered
	retryHeader   = "X-Slack-Retry-Num"
)

// Handlers are where on this server Slack delivers over HTTP, by path; none
// without a signing secret.
func (c *Channel) Handlers() map[string]http.Handler {
	if c.config.SigningSecret == "" {
		return nil
	}
	return map[string]http.Handler{
		"/slack/events":        c.receive(readEvent),
		"/slack/commands":      c.receive(readCommand),
		"/slack/interactivity": c.receive(readInteraction),
	}
}

// receive takes a delivery from Slack. read takes its kind and payload out of the
// body. A status of 500 and above makes Slack bring an event again.
func (c *Channel) receive(read func([]byte) (kind, []byte, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !traffic.IsPost(w, r) {
			return
		}
		body, ok := traffic.ReadBody(w, r, maxBody)
		if !ok {
			return
		}
		if !c.signed(r.Header, body) {
			c.refused.Do(func() {
				c.log.Warn("a delivery without a right signature is refused; if slack's deliveries fail, check SLACK_SIGNING_SECRET and this machine's clock")
			})
			http.Error(w, "wrong signature", http.StatusUnauthorized)
			return
		}
		k, payload, err := read(body)
		if err != nil {
			c.log.Warn("a delivery cannot be read and is left out") // it would be no better the next time
			return
		}
		if challenge := challengeOf(k, payload); challenge != "" {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			io.WriteString(w, challenge) // Slack tries again when it does not arrive
			return
		}
		c.deliver(w, r, k, payload)
	})
}

// deliver answers with the acknowledgement.
func (c *Channel) deliver(w http.ResponseWriter, r *http.Request, k kind, payload []byte) {
	acked := make(chan any, 1)
	work := c.work.Load()
	if work == nil || !c.take(k, payload, r.Header.Get(retryHeader) != "", func(reply any) error { acked <- reply; return nil }) {
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	select {
	case <-work.Done():
		http.Error(w, "try again", http.StatusServiceUnavailable)
	case reply := <-acked:
		if reply != nil {
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(reply) // a form that is not answered stays open, and says so
		}
	case <-r.Context().Done(): // Slack has hung up; the answer goes out all the same
	}
}

// signed tells whether Slack signed the delivery, not long ago, and whether it is
// here for the first time.
func (c *Channel) signed(h http.Header, body []byte) bool {
	v, err := slack.NewSecretsVerifier(h, c.config.SigningSecret)
	if err != nil {
		return false
	}
	if _, err := v.Write(body); err != nil || v.Ensure() != nil {
		return false
	}
	// A try of Slack's own within the same second has the same signature, but says so.
	return c.seen.first(h.Get("X-Slack-Signature") + " " + h.Get(retryHeader))
}

func readEvent(body []byte) (kind, []byte, error) { return kindEvent, body, nil }

// readCommand turns a form into the object that comes over a socket.
func readCommand(body []byte) (kind, []byte, error) {
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return "", nil, err
	}
	fields := map[string]string{}
	for name := range values {
		fields[name] = values.Get(name)
	}
	payload, err := json.Marshal(fields)
	return kindCommand, payload, err
}

func readInteraction(body []byte) (kind, []byte, error) {
	values, err := url.ParseQuery(string(body))
	return kindInteraction, []byte(values.Get("payload")), err
}

// challengeOf is what Slack wants to hear back when an address is set; empty for anything else.
func challengeOf(k kind, payload []byte) string {
	var e eventCallback
	if k != kindEvent || json.Unmarshal(payload, &e) != nil || e.Type != "url_verification" {
		return ""
	}
	return e.Challenge
}

// signatures remembers which signatures were used, as hashes, for as long as they
// would be good: whoever records a delivery cannot send it again.
type signatures struct {
	used *traffic.Recent[[sha256.Size]byte, struct{}]
}

func newSignatures() *signatures {
	return &signatures{traffic.NewRecent[[sha256.Size]byte, struct{}](maxSignatures, 2*signatureTime)} // the window reaches five minutes back, and as far ahead
}

func (s *signatures) first(signature string) bool {
	_, known := s.used.Of(sha256.Sum256([]byte(signature)), func() struct{} { return struct{}{} })
	return !known
}
