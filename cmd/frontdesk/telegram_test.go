package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// tour is what each person asks in turn: the entry, by a link to it.
var tour = []string{"values-free", "mission", "values-openness", "origin", "vision-voice"}

func newTelegram(t *testing.T) (s *telegramtest.Server, settings []string) {
	t.Helper()
	s = telegramtest.New()
	t.Cleanup(s.Close)
	return s, []string{"TELEGRAM_API_URL=" + s.URL, "TELEGRAM_BOT_TOKEN=" + s.Token}
}

func until(t *testing.T, s *telegramtest.Server, limit time.Duration, what string, p *program, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	if !s.WaitFor(ctx, cond) {
		t.Fatalf("waited in vain until %s; the program says\n%s", what, p.output)
	}
}

// Killed in the middle of 1,000 questions, and started again: every one is
// answered, in order within each chat, and no faster than Telegram allows.
func TestTelegramSurvivesAKill(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 45 s: 1,000 answers at Telegram's limit of 30 a second; run without -short")
	}
	t.Parallel()
	const chats = 200
	s, settings := newTelegram(t)
	s.LimitRates(true)
	for _, id := range tour {
		for chat := range chats {
			s.Say(int64(1000+chat), "/start "+id)
		}
	}
	sent := func() int { return len(s.Calls("sendMessage")) }
	began := time.Now()
	first := startProgram(t, settings...)
	until(t, s, patience, "half is answered", first, func() bool { return sent() >= chats*len(tour)/2 })
	first.signal(os.Kill)
	first.status()
	before := sent()
	second := startProgram(t, settings...)
	until(t, s, 2*patience, "all is answered", second, func() bool { return s.Pending() == 0 })
	took := time.Since(began)
	second.signal(syscall.SIGTERM)
	if status := second.status(); status != 0 {
		t.Errorf("status %d after SIGTERM; the program says\n%s", status, second.output)
	}
	twice := checkTours(t, s, chats)
	t.Logf("%d questions in %.1f s; killed after %d answers; %d were answered twice; the server refused %d as too fast",
		chats*len(tour), took.Seconds(), before, twice, s.TooFast())
	if s.TooFast() > 0 || len(s.Rejected()) > 0 {
		t.Errorf("%d were too fast, and refused was %v", s.TooFast(), s.Rejected())
	}
	if twice > 100 {
		t.Errorf("%d were answered twice; no more than the 100 under way should be", twice)
	}
}

// checkTours holds what each chat got against the tour and counts what came twice.
func checkTours(t *testing.T, s *telegramtest.Server, chats int) (twice int) {
	t.Helper()
	c, err := corpus.Load(corpus.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	for chat := range chats {
		var order []string
		for _, m := range s.Sent(int64(1000 + chat)) {
			for _, id := range tour {
				if !strings.Contains(m.Text, c.Entry(id).Quote) {
					continue
				}
				if strings.Contains(strings.Join(order, " "), id) {
					twice++
				} else {
					order = append(order, id)
				}
			}
		}
		if strings.Join(order, " ") != strings.Join(tour, " ") {
			t.Errorf("chat %d got %v", chat, order)
		}
	}
	return twice
}

func TestTelegramStops(t *testing.T) {
	t.Parallel()
	s, settings := newTelegram(t)
	p := startProgram(t, settings...)
	for chat := range 30 {
		s.Say(int64(1+chat), "do i have to pay")
	}
	until(t, s, patience, "one is answered", p, func() bool { return len(s.Calls("sendMessage")) > 0 })
	p.signal(syscall.SIGTERM)
	if status := p.status(); status != 0 || s.Pending() != 0 || len(s.Calls("sendMessage")) != 30 {
		t.Errorf("status %d, %d answers, %d questions left; the program says\n%s", status, len(s.Calls("sendMessage")), s.Pending(), p.output)
	}
	if !strings.Contains(p.output.String(), "answer=30") {
		t.Errorf("the counts are missing in\n%s", p.output)
	}

	t.Run("at once after a second signal", func(t *testing.T) {
		s.Inject(telegramtest.Fault{Method: "sendMessage", Kind: telegramtest.Hang, Times: -1})
		s.Say(1, "do i have to pay")
		before := len(s.Calls("getUpdates"))
		p := startProgram(t, settings...)
		until(t, s, patience, "the question is taken", p, func() bool { return len(s.Calls("getUpdates")) > before+1 })
		p.signal(syscall.SIGTERM)
		time.Sleep(200 * time.Millisecond) // signals of one kind that arrive together count as one
		p.signal(syscall.SIGTERM)
		if status := p.status(); status != -1 {
			t.Errorf("status %d", status)
		}
	})
}

func TestTelegramThroughAWebhook(t *testing.T) {
	t.Parallel()
	s, settings := newTelegram(t)
	address := freeAddress(t)
	p := startProgram(t, append(settings, "TELEGRAM_WEBHOOK_URL=http://"+address, "FRONTDESK_LISTEN="+address, "FRONTDESK_LOG=json")...)
	for chat := range 20 {
		s.Say(int64(1+chat), "do i have to pay")
	}
	until(t, s, patience, "all is answered", p, func() bool { return s.Pending() == 0 })
	for chat := range 20 {
		if n := len(s.Sent(int64(1 + chat))); n != 1 {
			t.Errorf("chat %d got %d answers", chat, n)
		}
	}
	p.signal(syscall.SIGTERM)
	if status := p.status(); status != 0 {
		t.Errorf("status %d; the program says\n%s", status, p.output)
	}

	t.Run("and back to fetching", func(t *testing.T) {
		p := startProgram(t, settings...)
		s.Say(500, "do i have to pay")
		until(t, s, patience, "it is answered", p, func() bool { return s.Pending() == 0 && len(s.Sent(500)) == 1 })
	})
}

func TestTelegramRefusesTheToken(t *testing.T) {
	t.Parallel()
	s, _ := newTelegram(t)
	p := startProgram(t, "TELEGRAM_API_URL="+s.URL, "TELEGRAM_BOT_TOKEN=1:secret-value")
	if status := p.status(); status != statusFailure || !strings.Contains(p.output.String(), "TELEGRAM_BOT_TOKEN") || strings.Contains(p.output.String(), "secret-value") {
		t.Errorf("status %d; the program says\n%s", status, p.output)
	}
}

func TestTheAddressIsTaken(t *testing.T) {
	t.Parallel()
	s, settings := newTelegram(t)
	address := strings.TrimPrefix(s.URL, "http://")
	p := startProgram(t, append(settings, "TELEGRAM_WEBHOOK_URL=http://"+address, "FRONTDESK_LISTEN="+address)...)
	if status := p.status(); status != statusFailure || !strings.Contains(p.output.String(), "listening on "+address+", as FRONTDESK_LISTEN says") {
		t.Errorf("status %d; the program says\n%s", status, p.output)
	}
}

// Whatever goes wrong, nothing that people write, nobody's number and no token
// stands in anything that the program writes.
func TestTelegramPrivacy(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"text", "json"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			s, settings := newTelegram(t)
			for _, kind := range []telegramtest.FaultKind{telegramtest.Reset, telegramtest.BadGateway, telegramtest.Garbage} {
				s.Inject(telegramtest.Fault{Method: "getUpdates", Kind: kind})
				s.Inject(telegramtest.Fault{Method: "sendMessage", Kind: kind})
			}
			const mark, number = "zzmarkzz", 5566778899
			for i := range 40 { // a flood, too
				s.Say(number, fmt.Sprintf("is it free %s %d", mark, i))
			}
			s.PushRaw(`{"update_id":%d,"message":{"text":["` + mark + `"]}}`)
			s.Query(number, mark)
			p := startProgram(t, append(settings, "FRONTDESK_LOG="+form)...)
			until(t, s, patience, "all is answered", p, func() bool { return s.Pending() == 0 })
			s.Revoke()
			if status := p.status(); status != statusFailure {
				t.Errorf("status %d", status)
			}
			for _, secret := range []string{mark, fmt.Sprint(number), s.Token, "free"} {
				if strings.Contains(p.output.String(), secret) {
					t.Errorf("%q stands in what the program writes\n%s", secret, p.output)
				}
			}
		})
	}
}
