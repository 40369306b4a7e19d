package main

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// opened starts the program with no settings but its address, and waits for the desk.
func opened(t *testing.T, settings ...string) (p *program, base string) {
	t.Helper()
	address := freeAddress(t)
	p = startProgram(t, append(settings, "FRONTDESK_LISTEN="+address)...)
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if resp, err := http.Get("http://" + address + "/readyz"); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return p, "http://" + address
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("the desk does not open; the program says\n%s", p.output)
		}
	}
}

func fetch(t *testing.T, address string) (status int, body string) {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(out)
}

// With no settings at all the desk opens, says where, and answers.
func TestTheDeskOpensWithoutSettings(t *testing.T) {
	t.Parallel()
	const mark = "zzmarkzz"
	p, base := opened(t)
	soon(t, p, "it says that it is open", func() bool {
		return strings.Contains(p.output.String(), "the desk is open") && strings.Contains(p.output.String(), "address="+base)
	})
	for path, want := range map[string]string{
		"/":                                   "What does the caller ask?",
		"/api/ask?q=do+i+have+to+pay+" + mark: "free at the point of delivery",
		"/?q=do+i+have+to+pay+" + mark:        "free at the point of delivery",
		"/healthz":                            "ok",
		"/readyz":                             "ready",
		"/a/" + mark:                          "Page not found",
		"/api/entries/" + mark:                "there is no entry",
		"/telegram/" + mark:                   "Page not found",
		"/slack/events":                       "Page not found",
	} {
		if _, body := fetch(t, base+path); !strings.Contains(body, want) {
			t.Errorf("%s: %q is missing in\n%.500s", path, want, body)
		}
	}
	_, metrics := fetch(t, base+"/metrics")
	if want := `frontdesk_questions_total{channel="desk",entry="values-free",kind="answer"} 2`; !strings.Contains(metrics, want) {
		t.Errorf("%s is missing in\n%s", want, metrics)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	check := &exec.Cmd{Path: self, Args: []string{"frontdesk", "healthcheck"}, Env: []string{"FRONTDESK_LISTEN=" + strings.TrimPrefix(base, "http://")}, Dir: t.TempDir()}
	if out, err := check.CombinedOutput(); err != nil || string(out) != "ok\n" {
		t.Errorf("the health check: %v, %s", err, out)
	}
	doctor := &exec.Cmd{Path: self, Args: []string{"frontdesk", "doctor"}, Env: []string{"FRONTDESK_LISTEN=" + strings.TrimPrefix(base, "http://"), "FRONTDESK_PUBLIC_URL=" + base}, Dir: t.TempDir()}
	if out, err := doctor.CombinedOutput(); err != nil || !strings.Contains(string(out), "a desk is open at "+base) || !strings.Contains(string(out), "a desk answers at "+base) {
		t.Errorf("the doctor: %v\n%s", err, out)
	}
	p.signal(syscall.SIGTERM)
	if status := p.status(); status != 0 {
		t.Errorf("status %d; the program says\n%s", status, p.output)
	}
	if strings.Contains(p.output.String(), mark) || strings.Contains(metrics, mark) {
		t.Errorf("what was asked stands in the log or the metrics\n%s", p.output)
	}
	if strings.Count(p.output.String(), "127.0.0.1:") > strings.Count(base, "127.0.0.1:") { // which the log names once
		t.Errorf("somebody's address stands in the log\n%s", p.output)
	}
}
