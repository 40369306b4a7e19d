package slack

import (
	"context"
	"io"
	"log"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

// checkTime bounds each step of a check.
const checkTime = 10 * time.Second

// Check tests the tokens, what the app may do, and whether a socket opens.
func (c *Channel) Check(ctx context.Context) []traffic.Finding {
	bot, scopes := c.checkBot(ctx)
	findings := append([]traffic.Finding{bot}, scopes...)
	if c.config.AppToken != "" && bot.Problem == "" {
		findings = append(findings, c.checkSocket(ctx))
	}
	return findings
}

func (c *Channel) checkBot(ctx context.Context) (traffic.Finding, []traffic.Finding) {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	token := traffic.Finding{What: "Slack bot token"}
	me, err := c.client.AuthTestContext(ctx)
	if err != nil {
		token.Problem = explain(clean(err))
		return token, nil
	}
	token.Good = "the app is in the workspace " + me.Team
	return token, []traffic.Finding{checkScopes(me.Header, c.config.PublicURL)}
}

func checkScopes(h http.Header, publicURL string) traffic.Finding {
	f := traffic.Finding{What: "Slack scopes", Good: "all that are needed"}
	granted := strings.FieldsFunc(h.Get("X-OAuth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
	var missing []string
	for _, s := range Scopes() {
		if strings.HasPrefix(s.Name, "links:") && len(unfurlDomains(publicURL)) == 0 || slices.Contains(granted, s.Name) {
			continue
		}
		missing = append(missing, s.Name+" ("+s.Why+")")
	}
	if len(missing) > 0 {
		f.Problem = "the app lacks " + strings.Join(missing, ", ") + "; add that under OAuth & Permissions and install the app again"
	}
	return f
}

func (c *Channel) checkSocket(ctx context.Context) traffic.Finding {
	f := traffic.Finding{What: "Slack Socket Mode", Good: "a socket opens"}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	s := socketmode.New(c.client.Client, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	ended := make(chan error, 1)
	go func() { ended <- s.RunContext(ctx) }()
	var last error = context.DeadlineExceeded
	for {
		select {
		case e := <-s.Events:
			if e.Type == socketmode.EventTypeHello {
				return f
			}
			if failed, ok := e.Data.(*slack.ConnectionErrorEvent); ok {
				last = failed.ErrorObj
			}
		case err := <-ended:
			if isRefusal(clean(err)) {
				last = err
			}
			f.Problem = explain(clean(last))
			return f
		}
	}
}
