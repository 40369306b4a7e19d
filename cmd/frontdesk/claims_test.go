package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/claims/redistest"
	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

// get is what the program says at an address; empty while it says nothing.
func get(t *testing.T, address string) string {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d\n%s", resp.StatusCode, body)
}

// With a folder for its claims, a program that was killed answers nothing twice. What
// was on its way at that moment might have been; here the platform had none of it.
func TestClaimsOutliveAKill(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "state")
	s, settings := newTelegram(t)
	address := freeAddress(t)
	settings = append(settings, "FRONTDESK_STATE="+folder, "FRONTDESK_LISTEN="+address)
	const chats = 60
	for chat := range chats {
		s.Say(int64(1+chat), "do i have to pay")
		if chat >= chats/2 {
			s.Inject(telegramtest.Fault{Method: "sendMessage", Chat: int64(1 + chat), Kind: telegramtest.Hang, Times: -1})
		}
	}
	p := startProgram(t, settings...)
	until(t, s, patience, "half is answered", p, func() bool { return s.Faulted() == chats/2 })
	soon(t, p, "the answers are noted", func() bool {
		return strings.Contains(get(t, "http://"+address+"/metrics"), fmt.Sprintf(`frontdesk_deliveries_total{channel="telegram",result="answered"} %d`, chats/2))
	})
	p.signal(os.Kill)
	p.status()
	s.Mend()
	p = startProgram(t, settings...)
	until(t, s, patience, "all is answered", p, func() bool { return s.Pending() == 0 })
	for chat := range chats {
		if n := len(s.Sent(int64(1 + chat))); n != 1 {
			t.Errorf("chat %d got %d answers", chat, n)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "claims.db")); err != nil {
		t.Error(err)
	}
}

// Two programs share what they answered, and one at a time fetches. Without Redis
// they go on and say so.
func TestClaimsAreShared(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t, "--requirepass", "secret-word")
	s, settings := newTelegram(t)
	address := freeAddress(t)
	settings = append(settings, "FRONTDESK_REDIS_URL="+strings.Replace(r.URL(), "//", "//:secret-word@", 1))
	a := startProgram(t, append(settings, "FRONTDESK_LISTEN="+address)...)
	b := startProgram(t, settings...)
	for chat := range 20 {
		s.Say(int64(1+chat), "do i have to pay")
	}
	until(t, s, patience, "all is answered", a, func() bool { return s.Pending() == 0 })
	if n := len(s.Calls("sendMessage")); n != 20 {
		t.Errorf("%d answers to 20 questions", n)
	}
	if strings.Contains(a.output.String()+b.output.String(), "another program fetches") {
		t.Errorf("they fetched both:\n%s\n%s", a.output, b.output)
	}
	ready := func() string { return get(t, "http://"+address+"/readyz") }
	if says := ready(); says != "200\nready\n" {
		t.Errorf("it says %q", says)
	}
	r.Kill()
	soon(t, a, "it says that redis is away", func() bool { return strings.Contains(ready(), "claims: redis is out of reach") })
	if says, numbers := ready(), get(t, "http://"+address+"/metrics"); !strings.HasPrefix(says, "200\nready\n") || !strings.Contains(numbers, "frontdesk_claims_weaker 1") {
		t.Errorf("it says %q", says)
	}
	if strings.Contains(a.output.String(), "secret-word") {
		t.Errorf("the password stands in the log\n%s", a.output)
	}
}

func TestWrongClaims(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for setting, says := range map[string]string{
		"FRONTDESK_STATE=" + file:                  "the setting FRONTDESK_STATE is wrong: the folder cannot be made",
		"FRONTDESK_REDIS_URL=http://:hush@a.b":     "the setting FRONTDESK_REDIS_URL is wrong: it must be an address such as redis://",
		"FRONTDESK_REDIS_URL=redis://:hush@a.b/x/": "the setting FRONTDESK_REDIS_URL is wrong: it must be an address such as redis://",
	} {
		p := startProgram(t, setting)
		if status := p.status(); status == 0 || !strings.Contains(p.output.String(), says) || strings.Contains(p.output.String(), "hush") || strings.Contains(p.output.String(), "a-file") {
			t.Errorf("%s: status %d, and it says\n%s", setting, status, p.output)
		}
	}
}

func TestTheDoctorTriesClaims(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	file := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	nobody := "redis://:hush@" + freeAddress(t)
	for _, row := range []struct{ setting, says string }{
		{"FRONTDESK_LOG=text", "ok       Claims             in memory"},
		{"FRONTDESK_STATE=" + filepath.Join(t.TempDir(), "new"), "ok       Claims             the folder for the file can be written"},
		{"FRONTDESK_STATE=" + file, "PROBLEM  Claims             the folder that FRONTDESK_STATE names cannot be written"},
		{"FRONTDESK_REDIS_URL=" + r.URL(), "ok       Claims             redis keeps them"},
		{"FRONTDESK_REDIS_URL=" + nobody, "PROBLEM  Claims             redis cannot keep them (making a claim in redis: "},
	} {
		if status, says := askDoctor(t, row.setting); (status == 0) != strings.HasPrefix(row.says, "ok") || !strings.Contains(says, row.says) || strings.Contains(says, "hush") {
			t.Errorf("%s: status %d\n%s", row.setting, status, says)
		}
	}
}
