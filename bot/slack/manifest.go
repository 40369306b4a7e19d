package slack

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"github.com/frontdesk-care/frontdesk/corpus"
)

// Scopes are what the app may do in a workspace, each with its reason. They are no
// wider than needed: the app cannot read channels that it was not called in.
func Scopes() []Scope {
	return []Scope{
		{"app_mentions:read", "to hear when somebody mentions the app in a channel"},
		{"assistant:write", "to suggest what to ask, and to show that an answer is on its way"},
		{"chat:write", "to answer"},
		{"commands", "for the slash command and the shortcuts"},
		{"im:history", "to hear what is written to the app itself"},
		{"links:read", "to hear when somebody posts a link to the desk"},
		{"links:write", "to show the statement behind such a link"},
	}
}

// A Scope is a permission and the reason for it.
type Scope struct{ Name, Why string }

// Slack's limits on what an app says of itself, in characters. Source: the
// reference of app manifests.
const (
	maxDescription = 140
	maxAgent       = 300
)

// Manifest describes the app to Slack, as JSON. Deliveries come over Socket Mode
// or, overHTTP, to the desk's public address. Links to that address unfold, where
// there is one.
func Manifest(c *corpus.Corpus, publicURL string, overHTTP bool) ([]byte, error) {
	address := func(path string) string {
		if !overHTTP {
			return ""
		}
		return strings.TrimRight(publicURL, "/") + path
	}
	about := cmp.Or(c.Phrases.About, "Answers in the group's own published words.")
	m := slack.Manifest{
		Metadata: slack.ManifestMetadata{MajorVersion: 2, MinorVersion: 1},
		Display:  slack.Display{Name: "Frontdesk", Description: cut(about, maxDescription), BackgroundColor: "#003087"},
		Settings: slack.Settings{
			EventSubscriptions: &slack.EventSubscriptions{RequestUrl: address("/slack/events"), BotEvents: []string{"app_home_opened", "app_mention", "link_shared", "message.im"}},
			Interactivity:      &slack.Interactivity{IsEnabled: true, RequestUrl: address("/slack/interactivity")},
			OrgDeployEnabled:   true,
			SocketModeEnabled:  !overHTTP,
		},
		Features: slack.Features{
			AgentView: &slack.AgentView{AgentDescription: cut(about, maxAgent), SuggestedPrompts: prompts(c)},
			AppHome:   slack.AppHome{HomeTabEnabled: true, MessagesTabEnabled: true},
			BotUser:   slack.BotUser{DisplayName: "Frontdesk", AlwaysOnline: true},
			Shortcuts: []slack.Shortcut{
				{Name: "Find our words", CallbackID: "find", Description: "Look for the official words and insert them", Type: slack.GlobalShortcut},
				{Name: "Find our words on this", CallbackID: "find_on", Description: "Look for the official words on a message", Type: slack.MessageShortcut},
			},
			SlashCommands: []slack.ManifestSlashCommand{
				{Command: "/frontdesk", Description: "Ask for the official words. Only you see the answer.", UsageHint: "do patients have to pay?", Url: address("/slack/commands")},
			},
			UnfurlDomains: unfurlDomains(publicURL),
		},
	}
	for _, s := range Scopes() {
		if strings.HasPrefix(s.Name, "links:") && len(m.Features.UnfurlDomains) == 0 {
			continue
		}
		m.OAuthConfig.Scopes.Bot = append(m.OAuthConfig.Scopes.Bot, s.Name)
	}
	if len(m.Features.UnfurlDomains) == 0 { // then Slack takes no link_shared
		m.Settings.EventSubscriptions.BotEvents = slices.DeleteFunc(m.Settings.EventSubscriptions.BotEvents, func(e string) bool { return e == "link_shared" })
	}
	return json.MarshalIndent(m, "", "  ")
}

// prompts are what the app suggests to ask: the documents there are.
func prompts(c *corpus.Corpus) []slack.ManifestSuggestedPrompt {
	var all []slack.ManifestSuggestedPrompt
	overviews := c.Overviews()
	for _, o := range overviews[:min(maxPrompts, len(overviews))] {
		all = append(all, slack.ManifestSuggestedPrompt{Title: o.Title, Message: o.Title})
	}
	return all
}

// unfurlDomains is the desk's host; none where Slack could not reach it as a name.
func unfurlDomains(address string) []string {
	u, err := url.Parse(address)
	if err != nil || !strings.Contains(u.Hostname(), ".") {
		return nil
	}
	return []string{u.Hostname()}
}
