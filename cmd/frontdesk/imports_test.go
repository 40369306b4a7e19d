package main

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/frontdesk-care/frontdesk/"

// The direction of imports is the design: corpus <- index, corpus <- bot <- the
// channels, and index meets bot here and nowhere else.
func TestImportsPointOneWay(t *testing.T) {
	allowed := map[string][]string{ // of this module
		"corpus":        {},
		"index":         {"corpus"},
		"bot/rank":      {},
		"bot":           {"corpus", "bot/rank"},
		"bot/eval":      {"corpus", "bot"},
		"bot/claims":    {},
		"bot/traffic":   {},
		"bot/terminal":  {"corpus", "bot"},
		"bot/telegram":  {"corpus", "bot", "bot/claims", "bot/traffic"},
		"bot/desk":      {"corpus", "bot", "bot/traffic"},
		"bot/metrics":   {"corpus", "bot"},
		"bot/slack":     {"corpus", "bot", "bot/claims", "bot/traffic"},
		"cmd/frontdesk": {"corpus", "index", "bot", "bot/claims", "bot/eval", "bot/terminal", "bot/telegram", "bot/slack", "bot/desk", "bot/metrics", "bot/traffic"},

		// For tests only.
		"bot/channeltest":           {"corpus", "index", "bot", "bot/claims"},
		"bot/telegram/telegramtest": {},
		"bot/slack/slacktest":       {},
		"bot/claims/redistest":      {"bot/nettest"},
		"bot/desk/browsertest":      {},
		"bot/nettest":               {},
		"cmd/faultrun":              {"corpus", "bot/claims/redistest", "bot/nettest", "bot/slack/slacktest", "bot/telegram/telegramtest"},
	}
	outside := map[string][]string{ // prefixes of packages from elsewhere
		"corpus":        {"github.com/yuin/goldmark", "go.yaml.in/yaml/v3"},
		"index":         {"github.com/blevesearch/", "golang.org/x/text/"},
		"bot/terminal":  {"github.com/muesli/reflow/"},
		"bot/claims":    {"github.com/redis/go-redis/v9", "go.etcd.io/bbolt"},
		"bot/traffic":   {"golang.org/x/time/rate"},
		"bot/desk":      {"github.com/boombuler/barcode", "golang.org/x/time/rate"},
		"bot/metrics":   {"github.com/prometheus/client_golang/prometheus"},
		"bot/slack":     {"github.com/slack-go/slack", "golang.org/x/time/rate"},
		"bot/telegram":  {"github.com/go-telegram-bot-api/telegram-bot-api/v5", "golang.org/x/time/rate"},
		"cmd/frontdesk": {"github.com/fsnotify/fsnotify", "github.com/joho/godotenv", "golang.org/x/net/netutil", "golang.org/x/term"},

		"bot/desk/browsertest": {"github.com/chromedp/"},
		"bot/slack/slacktest":  {"github.com/gorilla/websocket"},
	}
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		fields := strings.Fields(line)
		name := strings.TrimPrefix(fields[0], module)
		inside, known := allowed[name]
		if !known {
			t.Errorf("the package %s is new: say in this test what it may import", name)
			continue
		}
		for _, imported := range fields[1:] {
			mine, isMine := strings.CutPrefix(imported, module)
			switch {
			case isMine && !contains(inside, mine, false), !isMine && strings.Contains(imported, ".") && !contains(outside[name], imported, true):
				t.Errorf("%s must not import %s", name, imported)
			}
		}
	}
}

func contains(list []string, name string, prefix bool) bool {
	for _, l := range list {
		if l == name || prefix && strings.HasPrefix(name, l) {
			return true
		}
	}
	return false
}
