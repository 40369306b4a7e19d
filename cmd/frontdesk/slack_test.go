package main

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/slack"
	"github.com/frontdesk-care/frontdesk/bot/slack/slacktest"
	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

func newSlack(t *testing.T) (s *slacktest.Server, settings []string) {
	t.Helper()
	s = slacktest.New()
	t.Cleanup(s.Close)
	return s, []string{"SLACK_API_URL=" + s.URL + "/api/", "SLACK_BOT_TOKEN=" + s.BotToken, "SLACK_APP_TOKEN=" + s.AppToken}
}

func untilSlack(t *testing.T, s *slacktest.Server, what string, p *program, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if !s.WaitFor(ctx, cond) {
		t.Fatalf("waited in vain until %s; the program says\n%s\nrejected: %v", what, p.output, s.Rejected())
	}
}

// Sockets are refreshed, deliveries come twice, the program is stopped in the
// middle and started again: each question is answered once. An acknowledgement may be
// lost with its socket, so the second program needs to know what the first one did.
func TestSlackOverSockets(t *testing.T) {
	t.Parallel()
	const channels, each = 40, 5
	s, settings := newSlack(t)
	s.RefreshEvery(2 * time.Second)
	s.Duplicate(1, 0.05)
	settings = append(settings, "FRONTDESK_STATE="+t.TempDir())
	p := startProgram(t, settings...)
	untilSlack(t, s, "the sockets are open", p, func() bool { return s.Sockets() == 2 })
	posted := func() (n int) {
		for channel := range channels {
			n += len(s.Posted(fmt.Sprintf("C%d", channel)))
		}
		return n
	}
	for range each {
		for channel := range channels {
			s.Mention(fmt.Sprintf("C%d", channel), "U1", "do i have to pay")
		}
	}
	untilSlack(t, s, "half is answered", p, func() bool { return posted() >= channels*each/2 })
	p.signal(syscall.SIGTERM)
	if status := p.status(); status != 0 {
		t.Errorf("status %d; the program says\n%s", status, p.output)
	}
	again := startProgram(t, settings...)
	untilSlack(t, s, "all is answered", again, func() bool { return posted() >= channels*each && s.Unacked() == 0 })
	for channel := range channels {
		if n := len(s.Posted(fmt.Sprintf("C%d", channel))); n != each {
			t.Errorf("channel %d got %d answers to %d questions", channel, n, each)
		}
	}
	if len(s.Rejected()) > 0 {
		t.Errorf("refused was %v", s.Rejected())
	}
}

func TestSlackOverHTTPBesideTelegram(t *testing.T) {
	t.Parallel()
	s, _ := newSlack(t)
	tg, settings := newTelegram(t)
	address := freeAddress(t)
	p := startProgram(t, append(settings, "SLACK_API_URL="+s.URL+"/api/", "SLACK_BOT_TOKEN="+s.BotToken, "SLACK_SIGNING_SECRET="+s.SigningSecret, "FRONTDESK_LISTEN="+address)...)
	untilSlack(t, s, "slack is ready", p, func() bool {
		return len(s.Calls("auth.test")) == 1 && strings.Contains(p.output.String(), "slack knows the bot")
	})
	s.DeliverTo("http://" + address)
	s.Mention("C1", "U1", "do i have to pay")
	id := s.Command("C1", "U1", "do i have to pay")
	tg.Say(1, "do i have to pay")
	untilSlack(t, s, "both are answered", p, func() bool { return len(s.Posted("C1")) == 1 && len(s.Responses(id)) == 1 })
	until(t, tg, patience, "telegram is answered, too", p, func() bool { return len(tg.Sent(1)) == 1 && tg.Pending() == 0 })
	p.signal(syscall.SIGTERM)
	if status := p.status(); status != 0 || !strings.Contains(p.output.String(), "answer=3") {
		t.Errorf("status %d; the program says\n%s", status, p.output)
	}
}

// Whatever goes wrong, nothing that people write, nobody's number and no token
// stands in anything that the program writes.
func TestSlackPrivacy(t *testing.T) {
	t.Parallel()
	s, settings := newSlack(t)
	for _, kind := range []slacktest.FaultKind{slacktest.Reset, slacktest.ServerError, slacktest.Garbage} {
		s.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: kind})
		s.Inject(slacktest.Fault{Method: "response_url", Kind: slacktest.Reset})
	}
	s.Inject(slacktest.Fault{Method: "apps.connections.open", Kind: slacktest.Reset, Times: 2})
	const mark, number = "zzmarkzz", "U5566778899"
	p := startProgram(t, settings...)
	s.DirectMessage(number, "is it free "+mark)
	s.Mention("C1", number, mark)
	id := s.Command("C1", number, mark)
	s.PushRaw(`{"type":"events_api","envelope_id":"e1","payload":{"type":"event_callback","event":{"text":["` + mark + `"]}}}`)
	untilSlack(t, s, "all is answered", p, func() bool {
		return len(s.Posted("D"+number)) > 0 && len(s.Posted("C1")) > 0 && len(s.Responses(id)) > 0
	})
	s.Revoke()
	s.DirectMessage(number, "is it free "+mark)
	if status := p.status(); status != statusFailure {
		t.Errorf("status %d", status)
	}
	for _, secret := range []string{mark, number, "slacktestmarker", "/hook/"} {
		if strings.Contains(p.output.String(), secret) {
			t.Errorf("%q stands in what the program writes\n%s", secret, p.output)
		}
	}
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	s, slackSettings := newSlack(t)
	tg, telegramSettings := newTelegram(t)
	var needed []string
	for _, scope := range slack.Scopes() {
		needed = append(needed, scope.Name)
	}
	s.Scopes(append(needed, "connections:write")...)
	doctor := func(settings ...string) (status int, says string) { return askDoctor(t, settings...) }
	status, says := doctor(append(slackSettings, telegramSettings...)...)
	if status != 0 || strings.Contains(says, "PROBLEM") || !strings.Contains(says, "the bot is @"+tg.Username) || !strings.Contains(says, "a socket opens") || !strings.Contains(says, "all that are needed") {
		t.Errorf("status %d\n%s", status, says)
	}
	s.Scopes("chat:write", "connections:write")
	if status, says := doctor(slackSettings...); status != statusFailure || !strings.Contains(says, "the app lacks app_mentions:read (to hear when") || strings.Contains(says, "chat:write (") {
		t.Errorf("status %d\n%s", status, says)
	}
	s.Inject(slacktest.Fault{Method: "apps.connections.open", Kind: slacktest.Refuse, Error: "invalid_auth"})
	if status, says := doctor(slackSettings...); status != statusFailure || !strings.Contains(says, "PROBLEM  Slack Socket Mode  a token is refused (invalid_auth)") {
		t.Errorf("status %d\n%s", status, says)
	}
	tg.Inject(telegramtest.Fault{Method: "getMe", Kind: telegramtest.BadGateway})
	if status, says := doctor(telegramSettings...); status != statusFailure || !strings.Contains(says, "telegram has trouble of its own (status 502)") {
		t.Errorf("status %d\n%s", status, says)
	}
	s.Revoke()
	tg.Revoke()
	status, says = doctor(append(slackSettings, telegramSettings...)...)
	if status != statusFailure || !strings.Contains(says, "the doctor found 2 problems") || strings.Contains(says, "slacktestmarker") || strings.Contains(says, tg.Token) {
		t.Errorf("status %d\n%s", status, says)
	}
}
