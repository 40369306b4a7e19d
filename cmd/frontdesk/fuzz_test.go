package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// A line of a batch is JSON with a question, or the question.
func FuzzBatchQuestion(f *testing.F) {
	for _, s := range []string{"do i pay", `{"q":"do i pay"}`, `{"q":null}`, `{"q":"\ud800"}`, "{" + strings.Repeat(`"a":{`, 200), " {}\r", "\xff{"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if got := batchQuestion(line); got != strings.TrimRight(line, "\r") && !strings.HasPrefix(strings.TrimSpace(line), "{") {
			t.Errorf("%q asks %q", line, got)
		}
		object, err := json.Marshal(map[string]string{"q": line})
		if err != nil {
			t.Fatal(err)
		}
		if got := batchQuestion(string(object)); utf8.ValidString(line) && got != line {
			t.Errorf("%s asks %q", object, got)
		}
	})
}

// Whatever stands in .env: settings, or a sentence that does not quote it.
func FuzzSettings(f *testing.F) {
	for _, s := range []string{
		"FRONTDESK_LISTEN=:8080\n", "TELEGRAM_BOT_TOKEN=sekret", "export SLACK_BOT_TOKEN='sekret", "FRONTDESK_PUBLIC_URL=https://sekret:x@y", "FRONTDESK_EMBED_ORIGINS=https://a.org;sekret",
		"FRONTDESK_LIMIT=sekret\nFRONTDESK_TRUST_PROXY=sekret", "A=${B}\nB=$A", "A=\"\\", "\xff=\x00", "FRONTDESK_API_ORIGINS=http://[::1%sekret]",
	} {
		f.Add(s)
	}
	f.Chdir(f.TempDir())
	f.Fuzz(func(t *testing.T, file string) {
		if err := os.WriteFile(settingsFile, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := readSettings(func(string) string { return "" })
		if err != nil {
			for _, line := range strings.Split(err.Error(), "\n") {
				if !strings.HasPrefix(line, "the setting ") && !strings.HasPrefix(line, "cannot read the file .env; ") || strings.Contains(line, "sekret") {
					t.Errorf("%q gives the error %q", file, line)
				}
			}
			return
		}
		for _, o := range s.desk.Embedders {
			if strings.ContainsAny(o, "; '\"\r\n") {
				t.Errorf("the header of a page would hold %q", o)
			}
		}
	})
}
