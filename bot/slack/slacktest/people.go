package slacktest

import (
	"strings"
	"time"
)

// Mention makes a user call the bot in a public channel: an app_mention event.
// The text is as Slack sends it, escaped; "<@bot> " goes in front of it unless
// the bot is named in it. Slack sends a message event too, to an app that asked
// for those; that one is for [Server.Event].
func (s *Server) Mention(channel, user, text string) (ts string) {
	return s.MentionIn(channel, "", user, text)
}

// MentionIn is Mention inside a thread.
func (s *Server) MentionIn(channel, threadTS, user, text string) (ts string) {
	if name := "<@" + s.BotUserID + ">"; !strings.Contains(text, name) {
		text = name + " " + text
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m, inner := s.says(channel, threadTS, user, text)
	inner["type"] = "app_mention"
	s.event(inner)
	return m.TS
}

// DirectMessage makes a user write to the bot alone, in the channel "D" + user:
// a message event of channel_type im.
func (s *Server) DirectMessage(user, text string) (ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, inner := s.says("D"+user, "", user, text)
	inner["type"], inner["channel_type"] = "message", "im"
	s.event(inner)
	return m.TS
}

// says keeps a person's message, and begins the event that tells of it.
func (s *Server) says(channel, threadTS, user, text string) (*message, map[string]any) {
	m := &message{user: user, Posted: Posted{
		Channel: channel, TS: s.stamp(), ThreadTS: threadTS, Text: text, At: time.Now(),
	}}
	s.keep(m)
	inner := map[string]any{
		"user": user, "text": text, "channel": channel, "ts": m.TS, "event_ts": m.TS, "team": s.TeamID,
		"client_msg_id": s.id("client-"),
		"blocks": []any{map[string]any{"type": "rich_text", "block_id": s.id("b"), "elements": []any{
			map[string]any{"type": "rich_text_section", "elements": []any{map[string]any{"type": "text", "text": text}}},
		}}},
	}
	if threadTS != "" {
		inner["thread_ts"] = threadTS
		if parent := s.byTS[channel+threadTS]; parent != nil {
			inner["parent_user_id"] = parent.user
		}
	}
	return m, inner
}

// OpenHome makes a user open the app's home tab: an app_home_opened event, with
// the view there if one was published.
func (s *Server) OpenHome(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	inner := map[string]any{
		"type": "app_home_opened", "user": user, "channel": "D" + user, "tab": "home", "event_ts": s.stamp(),
	}
	if v := s.homes[user]; v != nil {
		inner["view"] = s.describe(v)
	}
	s.event(inner)
}

// Command makes a user type /frontdesk and the text. The trigger id's time starts
// when the command is on its way.
func (s *Server) Command(channel, user, text string) (triggerID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.trigger(user, nil)
	d := &delivery{kind: commandKind, trigger: t, payload: encode(map[string]string{
		"token": s.verification, "team_id": s.TeamID, "team_domain": "slacktest", "api_app_id": s.AppID,
		"channel_id": channel, "channel_name": channelName(channel), "user_id": user, "user_name": userName(user),
		"command": "/frontdesk", "text": text, "is_enterprise_install": "false",
		"response_url": s.hook("commands", channel, t, nil), "trigger_id": t.id,
	})}
	d.heard = func(payload []byte) {
		s.respond(payload, "ack", &hook{channel: channel, trigger: t})
	}
	s.deliver(d)
	return t.id
}

// BlockAction makes a user press or choose the element with this action id, on a
// message as it was when it was read. An empty value stands for the element's
// own; a stale or made-up action id is sent as a button's.
func (s *Server) BlockAction(from Posted, user, actionID, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	act := pressed(from, actionID, value)
	act["action_ts"] = s.stamp()
	container := map[string]any{
		"type": "message", "channel_id": from.Channel, "message_ts": from.TS, "is_ephemeral": from.Ephemeral != "",
	}
	shown := s.show(&message{Posted: from, user: s.BotUserID})
	if from.Ephemeral != "" { // which Slack does not keep, and so cannot show
		delete(shown, "text")
		delete(shown, "blocks")
		shown["is_ephemeral"] = true
	}
	if from.ThreadTS != "" {
		container["thread_ts"] = from.ThreadTS
	}
	s.interact(map[string]any{
		"type": "block_actions", "user": map[string]any{"id": user}, "container": container, "message": shown,
		"channel": map[string]any{"id": from.Channel, "name": channelName(from.Channel)},
		"actions": []any{act}, "state": map[string]any{"values": map[string]any{}},
	})
}

// pressed is the action that Slack makes of an element.
func pressed(from Posted, actionID, value string) map[string]any {
	act := map[string]any{"type": "button", "action_id": actionID, "block_id": "unknown", "value": value}
	for i, b := range from.Blocks {
		elements, _ := b["elements"].([]any)
		for _, e := range append(objects(elements), object(b["accessory"])) {
			if e["action_id"] != actionID {
				continue
			}
			if act["block_id"] = b["block_id"]; b["block_id"] == nil {
				act["block_id"] = "block-" + string(rune('a'+i%26))
			}
			act["type"] = e["type"]
			if options, list := e["options"].([]any); list {
				delete(act, "value")
				for _, o := range objects(options) {
					if o["value"] == value {
						act["selected_option"] = o
					}
				}
				return act
			}
			if value == "" {
				act["value"] = e["value"]
			}
			act["text"] = e["text"]
			return act
		}
	}
	return act
}

// Interact delivers an interactivity payload of any type. The token, the team,
// the app, the user's names and a trigger id are filled in where they are absent,
// and a response URL for the types that have one.
func (s *Server) Interact(payload map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interact(payload)
}

func (s *Server) interact(payload map[string]any) {
	p := make(map[string]any, len(payload)+8)
	s.learn(payload)
	kind, _ := payload["type"].(string)
	user, _ := object(payload["user"])["id"].(string)
	if user == "" {
		user = "U0PERSON"
	}
	p["token"], p["api_app_id"], p["is_enterprise_install"], p["enterprise"] = s.verification, s.AppID, false, nil
	p["team"] = map[string]any{"id": s.TeamID, "domain": "slacktest"}
	p["user"] = map[string]any{"id": user, "username": userName(user), "name": userName(user), "team_id": s.TeamID}
	var t *trigger
	if kind != "block_suggestion" && payload["trigger_id"] == nil {
		t = s.trigger(user, s.views[text(object(payload["view"])["id"])])
		p["trigger_id"] = t.id
	}
	onMessage := (kind == "block_actions" || kind == "message_action") && payload["view"] == nil
	if onMessage && payload["response_url"] == nil {
		channel, ts := text(object(payload["channel"])["id"]), text(object(payload["message"])["ts"])
		p["response_url"] = s.hook("actions", channel, t, s.origin(channel, ts))
	}
	if kind != "view_submission" && kind != "view_closed" {
		p["action_ts"] = s.stamp()
	}
	for name, value := range payload {
		if name != "user" || len(object(value)) > 1 {
			p[name] = value
		}
	}
	s.deliver(&delivery{kind: interactiveKind, trigger: t, payload: encode(p), heard: func(answer []byte) {
		s.hearInteraction(kind, user, object(payload["view"]), answer)
	}})
}

// object is a JSON object, or nil for anything else.
func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// objects are the objects of a JSON list; what is none of those is nil.
func objects(list []any) []map[string]any {
	all := make([]map[string]any, len(list))
	for i, v := range list {
		all[i] = object(v)
	}
	return all
}

func text(v any) string {
	t, _ := v.(string)
	return t
}
