package slack

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// eventCallback is something that happened in a workspace, with the fields that
// matter here.
type eventCallback struct {
	Type           string          `json:"type"`
	Challenge      string          `json:"challenge"` // of a url_verification
	TeamID         string          `json:"team_id"`
	EventID        string          `json:"event_id"`
	Authorizations []authorization `json:"authorizations"`
	Event          event           `json:"event"`
}

// authorization says in which team, and as which user, the app sees the event. An
// app installed for a whole organisation is another user in each team.
type authorization struct {
	TeamID string `json:"team_id"`
	UserID string `json:"user_id"`
}

type event struct {
	Type        string          `json:"type"`
	Subtype     string          `json:"subtype"`
	Channel     string          `json:"channel"`
	ChannelType string          `json:"channel_type"`
	User        string          `json:"user"`
	BotID       string          `json:"bot_id"`
	Hidden      bool            `json:"hidden"`
	Text        string          `json:"text"`
	TS          string          `json:"ts"`
	ThreadTS    string          `json:"thread_ts"`
	Edited      json.RawMessage `json:"edited"`
	Files       json.RawMessage `json:"files"`
	Tab         string          `json:"tab"`        // of app_home_opened
	MessageTS   string          `json:"message_ts"` // of link_shared
	UnfurlID    string          `json:"unfurl_id"`
	Source      string          `json:"source"`
	Links       []struct {
		URL string `json:"url"`
	} `json:"links"`
}

// team is where the event happened: in an organisation, the team that installed the app.
func (e *eventCallback) team() string {
	if len(e.Authorizations) > 0 && e.Authorizations[0].TeamID != "" {
		return e.Authorizations[0].TeamID
	}
	return e.TeamID
}

// event finds out what to do about something that happened; nil for nothing.
func (c *Channel) event(e *eventCallback) *job {
	ev := &e.Event
	j := &job{lane: ev.Channel, written: number(ev.TS)}
	if e.EventID != "" {
		j.key = "event " + e.EventID
	}
	switch {
	case e.Type != "event_callback":
		return nil
	case ev.Type == "app_mention" && c.fromPerson(e), ev.Type == "message" && ev.ChannelType == "im" && c.fromPerson(e):
		if ev.Channel == "" || ev.TS == "" {
			return nil
		}
		// A mention may also come as a message, and either may come again as another event.
		j.key = "message " + e.team() + " " + ev.Channel + " " + ev.TS
		j.do = func(ctx context.Context) (any, error) { return nil, c.asked(ctx, ev) }
	case ev.Type == "app_home_opened" && ev.Tab == "home":
		j.lane = "home " + ev.User
		j.do = func(ctx context.Context) (any, error) { return nil, c.showHome(ctx, ev.User, c.homeView(ctx, "", "")) }
	case ev.Type == "app_home_opened" && ev.Tab == "messages":
		j.do = func(ctx context.Context) (any, error) { return nil, c.suggest(ctx, ev.Channel) }
	case ev.Type == "link_shared":
		j.do = func(ctx context.Context) (any, error) { return nil, c.unfurl(ctx, ev) }
	default:
		return nil
	}
	return j
}

// number is a timestamp of Slack's, such as 1700000000.000100, as a whole number; 0
// for what is none.
func number(ts string) int64 {
	n, err := strconv.ParseInt(strings.Replace(ts, ".", "", 1), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// fromPerson tells whether a person wrote the message, as a message of its own:
// edits, deletions, joins and copies into the channel have subtypes, and so have
// some bots' messages.
func (c *Channel) fromPerson(e *eventCallback) bool {
	ev := &e.Event
	for _, a := range e.Authorizations {
		if ev.User == a.UserID {
			return false
		}
	}
	own := ev.Subtype == "" || ev.Subtype == "file_share"
	return own && !ev.Hidden && len(ev.Edited) == 0 && ev.BotID == "" && ev.User != "" && ev.User != "USLACKBOT" && ev.User != c.me.Load().UserID
}

// asked answers a mention or a direct message, in its thread if it is in a channel.
func (c *Channel) asked(ctx context.Context, ev *event) error {
	thread := ev.ThreadTS
	if thread == "" && ev.ChannelType != "im" {
		thread = ev.TS
	}
	if ev.ChannelType == "im" {
		c.showWorking(ctx, ev)
	}
	v := c.view()
	text := plain(ev.Text)
	if text == "" && len(ev.Files) > 0 {
		return c.send(ctx, ev.Channel, thread, pack(paragraph(v.say.Type)))
	}
	r, typed := c.find(ctx, text)
	if err := c.send(ctx, ev.Channel, thread, v.reply(r, typed, everybody)); err != nil {
		return err
	}
	c.counts.Answered(r.Kind, r.ID)
	return nil
}

func (c *Channel) send(ctx context.Context, channel, thread string, all []message) error {
	for _, m := range all {
		if err := c.client.post(ctx, channel, thread, m); err != nil {
			return err
		}
	}
	return nil
}

// find looks up what was asked. typed is false where a command's name was, or
// nothing at all, which gets the greeting.
func (c *Channel) find(ctx context.Context, text string) (r bot.Reply, typed bool) {
	words := c.desk.Corpus()
	if text == "" {
		r, _ = c.desk.Entry(words.Reserved(corpus.GreetingID).ID)
		return r, false
	}
	if id := words.Commands[strings.ToLower(strings.TrimPrefix(text, "/"))]; id != "" {
		if r, ok := c.desk.Entry(id); ok {
			return r, false
		}
	}
	r, err := c.desk.Ask(ctx, text)
	if err != nil && ctx.Err() == nil {
		c.log.Error("a question could not be answered", "cause", err)
	}
	return r, true
}

// courtesyTime bounds what is nice to have, and must not hold an answer up.
const courtesyTime = time.Second

// showWorking shows the person that an answer is on its way. Slack takes that away when it comes.
func (c *Channel) showWorking(ctx context.Context, ev *event) {
	ctx, cancel := context.WithTimeout(ctx, courtesyTime)
	defer cancel()
	thread := ev.ThreadTS
	if thread == "" {
		thread = ev.TS
	}
	err := c.client.SetAssistantThreadsStatusContext(ctx, slack.AssistantThreadsSetStatusParameters{ChannelID: ev.Channel, ThreadTS: thread, Status: "is looking it up"})
	if err != nil {
		c.log.Debug("slack does not show that an answer is on its way", "cause", clean(err))
	}
}

// maxPrompts is how many suggestions Slack shows. Source: assistant.threads.setSuggestedPrompts.
const maxPrompts = 4

// suggest offers what can be asked, where somebody opens the conversation with the app.
func (c *Channel) suggest(ctx context.Context, channel string) error {
	params := slack.AssistantThreadsSetSuggestedPromptsParameters{ChannelID: channel}
	overviews := c.view().overviews
	for _, o := range overviews[:min(maxPrompts, len(overviews))] {
		params.Prompts = append(params.Prompts, slack.AssistantThreadsPrompt{Title: o.Title, Message: o.Title})
	}
	if channel == "" || len(params.Prompts) == 0 {
		return nil
	}
	return c.client.call(ctx, func(ctx context.Context) error {
		return c.client.SetAssistantThreadsSuggestedPromptsContext(ctx, params)
	})
}

// unfurl shows what stands behind links to the desk's answers.
func (c *Channel) unfurl(ctx context.Context, ev *event) error {
	base := strings.TrimRight(c.config.PublicURL, "/") + "/a/"
	found := map[string]slack.Attachment{}
	v := c.view()
	for _, l := range ev.Links {
		id, ours := strings.CutPrefix(l.URL, base)
		id, _, _ = strings.Cut(id, "?")
		r, known := c.desk.Entry(strings.TrimRight(id, "/"))
		if c.config.PublicURL == "" || !ours || !known {
			continue
		}
		if all := pack(v.part(r.Parts[0])); len(all) > 0 {
			found[l.URL] = slack.Attachment{Blocks: slack.Blocks{BlockSet: all[0].blocks}}
		}
	}
	if len(found) == 0 {
		return nil
	}
	option := slack.MsgOptionUnfurl(ev.MessageTS, found)
	if ev.UnfurlID != "" {
		option = slack.MsgOptionUnfurlByID(ev.UnfurlID, ev.Source, found)
	}
	return c.client.call(ctx, func(ctx context.Context) error {
		_, _, _, err := c.client.SendMessageContext(ctx, ev.Channel, option)
		return err
	})
}
