package slack_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/slack"
)

// fields are what Slack documents of a manifest, as far as this one goes: how long
// a text may be at most, in characters; 0 for what is no text. Source:
// https://docs.slack.dev/reference/app-manifest
var fields = map[string]int{
	"_metadata.major_version": 0, "_metadata.minor_version": 0,
	"display_information.name": 35, "display_information.description": 140, "display_information.background_color": 7,
	"settings.event_subscriptions.request_url": 3000, "settings.event_subscriptions.bot_events[]": 100,
	"settings.interactivity.is_enabled": 0, "settings.interactivity.request_url": 3000,
	"settings.org_deploy_enabled": 0, "settings.socket_mode_enabled": 0,
	"features.agent_view.agent_description": 300, "features.agent_view.suggested_prompts[].title": 100, "features.agent_view.suggested_prompts[].message": 1000,
	"features.app_home.home_tab_enabled": 0, "features.app_home.messages_tab_enabled": 0,
	"features.bot_user.display_name": 80, "features.bot_user.always_online": 0,
	"features.shortcuts[].name": 24, "features.shortcuts[].callback_id": 255, "features.shortcuts[].description": 150, "features.shortcuts[].type": 10,
	"features.slash_commands[].command": 32, "features.slash_commands[].description": 2000, "features.slash_commands[].usage_hint": 1000, "features.slash_commands[].url": 3000,
	"features.unfurl_domains[]": 255, "oauth_config.scopes.bot[]": 100,
}

func TestTheManifestHasOnlyDocumentedFields(t *testing.T) {
	for _, test := range []struct {
		address  string
		overHTTP bool
	}{{"", false}, {"https://desk.example.org", false}, {"https://desk.example.org/", true}, {"http://localhost:8080", false}} {
		out, err := slack.Manifest(real().Corpus(), test.address, test.overHTTP)
		if err != nil {
			t.Fatal(err)
		}
		var m any
		if err := json.Unmarshal(out, &m); err != nil {
			t.Fatal(err)
		}
		checkFields(t, "", m)
		text := string(out)
		for part, want := range map[string]bool{
			`"socket_mode_enabled": true`:               !test.overHTTP,
			`"https://desk.example.org/slack/commands"`: test.overHTTP,
			`"https://desk.example.org/slack/events"`:   test.overHTTP,
			`"desk.example.org"`:                        strings.Contains(test.address, "desk.example.org"),
			"links:read":                                strings.Contains(test.address, "desk.example.org"),
			"link_shared":                               strings.Contains(test.address, "desk.example.org"),
			"localhost":                                 false,
			"channels:history":                          false,
		} {
			if strings.Contains(text, part) != want {
				t.Errorf("%+v: %s stands in it: %v", test, part, !want)
			}
		}
	}
}

func checkFields(t *testing.T, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, one := range v {
			checkFields(t, strings.TrimPrefix(path+"."+name, "."), one)
		}
	case []any:
		for _, one := range v {
			checkFields(t, path+"[]", one)
		}
	default:
		most, known := fields[path]
		text, isText := v.(string)
		if !known || isText && (most == 0 || len([]rune(text)) > most || text == "") {
			t.Errorf("%s is %q", path, fmt.Sprint(v))
		}
	}
}

func TestScopesAreNarrowAndHaveReasons(t *testing.T) {
	var names []string
	for _, s := range slack.Scopes() {
		names = append(names, s.Name)
		if s.Why == "" {
			t.Errorf("%s has no reason", s.Name)
		}
	}
	if want := []string{"app_mentions:read", "assistant:write", "chat:write", "commands", "im:history", "links:read", "links:write"}; !slices.Equal(names, want) {
		t.Errorf("the scopes are %v", names)
	}
}

// Whatever a person may ask the bot to do, these scopes are enough.
func TestTheScopesAreEnough(t *testing.T) {
	r := start(t, real(), desk)
	var names []string
	for _, s := range slack.Scopes() {
		names = append(names, s.Name)
	}
	r.Scopes(names...)
	r.mention("C1", "what are your values")
	r.direct("U1", "do i have to pay")
	r.OpenHome("U1")
	r.Interact(map[string]any{"type": "shortcut", "callback_id": "find", "user": map[string]any{"id": "U1"}})
	r.Event(map[string]any{"type": "app_home_opened", "tab": "messages", "user": "U1", "channel": "DU1", "event_ts": "1700000000.000100"})
	r.Event(map[string]any{"type": "link_shared", "channel": "C1", "user": "U1", "message_ts": r.Mention("C1", "U1", "thanks"), "event_ts": "1700000000.000100",
		"links": []any{map[string]any{"url": "https://desk.example.org/a/values-free"}}})
	r.settled()
	if strings.Contains(r.log.String(), "scope") || len(r.Unfurls()) != 1 {
		t.Errorf("the log says\n%s", r.log)
	}
}
