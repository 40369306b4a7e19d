package slacktest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

const hookUses = 5 // of one response URL

// surfaces is what lets the bot answer other than in a channel.
type surfaces struct {
	triggers map[string]*trigger
	hooks    map[string]*hook // by path
	views    map[string]*view // by id
	homes    map[string]*view // by user
	shown    map[string][]map[string]any
}

func newSurfaces() surfaces {
	return surfaces{triggers: make(map[string]*trigger), hooks: make(map[string]*hook),
		views: make(map[string]*view), homes: make(map[string]*view), shown: make(map[string][]map[string]any)}
}

// A trigger lets the bot open one view, soon.
type trigger struct {
	id, user string
	view     *view     // that it was pulled in
	born     time.Time // once it is on its way
	used     bool
}

// start starts the trigger's clock, once; it may be absent.
func (t *trigger) start() {
	if t != nil && t.born.IsZero() {
		t.born = time.Now()
	}
}

func (s *Server) trigger(user string, in *view) *trigger {
	t := &trigger{id: digits(13) + "." + digits(12) + "." + random(16), user: user, view: in}
	s.triggers[t.id] = t
	return t
}

// A hook is what is behind a response URL.
type hook struct {
	channel string
	trigger *trigger
	origin  *message // whose button was pressed
	born    time.Time
	life    time.Duration
	uses    int
}

// hook makes a response URL.
func (s *Server) hook(kind, channel string, t *trigger, origin *message) string {
	if t == nil {
		t = &trigger{}
	}
	path := "/hook/" + kind + "/" + s.TeamID + "/" + digits(12) + "/" + random(12)
	s.hooks[path] = &hook{channel: channel, trigger: t, origin: origin, born: time.Now(), life: s.pace.ResponseURL}
	return s.URL + path
}

// origin finds a message of the bot, also an ephemeral one or an answer.
func (s *Server) origin(channel, ts string) *message {
	if m := s.byTS[channel+ts]; m != nil {
		return m
	}
	return s.answers[channel+ts]
}

func (s *Server) serveHook(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	h := s.hooks[r.URL.Path]
	s.mu.Unlock()
	channel := ""
	if h != nil {
		channel = h.channel
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
	if err != nil {
		return
	}
	over, lose := s.faulty(w, r, "response_url", channel)
	if over {
		return
	}
	s.mu.Lock()
	status, refused := s.useHook(h, body)
	if refused != nil && refused.blame {
		s.reject("response_url: %s", strings.Join(append([]string{refused.code}, refused.messages...), "; "))
	}
	s.mu.Unlock()
	if lose {
		cut(w)
		return
	}
	rep := reply{fields: map[string]any{"ok": true}}
	if refused != nil {
		rep = refused.reply()
	}
	rep.status = status
	rep.write(w)
}

func (s *Server) useHook(h *hook, body []byte) (status int, refused *refusal) {
	switch {
	case h == nil:
		return http.StatusNotFound, wrong("no_such_response_url")
	case time.Since(h.born) > h.life:
		return http.StatusNotFound, wrong("expired_url")
	case h.uses >= hookUses:
		return http.StatusNotFound, wrong("used_url")
	}
	h.uses++
	if refused := s.respond(body, "response_url", h); refused != nil {
		return http.StatusBadRequest, refused
	}
	return http.StatusOK, nil
}

// respond takes a message from a response URL or an acknowledgement.
func (s *Server) respond(body []byte, via string, h *hook) *refusal {
	refused := s.tryRespond(body, via, h)
	if refused != nil && via == "ack" {
		s.reject("ack: %s", strings.Join(append([]string{refused.code}, refused.messages...), "; "))
	}
	return refused
}

func (s *Server) tryRespond(body []byte, via string, h *hook) *refusal {
	if via == "ack" && (len(body) == 0 || string(body) == "null" || string(body) == "{}") {
		return nil // taken, and nothing to say
	}
	var fields map[string]any
	if json.Unmarshal(body, &fields) != nil {
		return wrong("invalid_json")
	}
	if refused := responseKeys(fields); refused != nil {
		return refused
	}
	if fields["delete_original"] == true {
		if h.origin == nil {
			return wrong("message_not_found")
		}
		h.origin.deleted = true
		return nil
	}
	params := make(map[string]string)
	for name, value := range fields {
		if t, is := value.(string); is {
			params[name] = t
		} else if value != nil {
			params[name] = string(encode(value))
		}
	}
	m, refused := s.draft(via, params, maxText)
	if refused != nil {
		return refused
	}
	m.Channel, m.TS, m.ThreadTS = h.channel, s.stamp(), params["thread_ts"]
	switch params["response_type"] {
	case "in_channel":
	case "", "ephemeral":
		m.Ephemeral = h.trigger.user
	default:
		return wrong("invalid_arguments", "[ERROR] response_type is "+params["response_type"])
	}
	if fields["replace_original"] == true && h.origin != nil {
		h.origin.edit(m, params["blocks"] != "")
	}
	s.answers[m.Channel+m.TS] = m
	s.responses[h.trigger.id] = append(s.responses[h.trigger.id], m)
	s.responses[h.trigger.user] = append(s.responses[h.trigger.user], m)
	return nil
}

// responseKeys checks the names in a response.
func responseKeys(fields map[string]any) *refusal {
	known := []string{"text", "blocks", "attachments", "response_type", "replace_original", "delete_original",
		"thread_ts", "mrkdwn", "unfurl_links", "unfurl_media", "metadata"}
	var problems []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(known, name) {
			problems = append(problems, fmt.Sprintf("[ERROR] unknown argument: %s", name))
		}
	}
	if len(problems) > 0 {
		return wrong("invalid_arguments", problems...)
	}
	return nil
}

// hearInteraction takes what the bot answered to an interaction.
func (s *Server) hearInteraction(kind, user string, about map[string]any, body []byte) {
	if len(body) == 0 || string(body) == "null" || string(body) == "{}" {
		return
	}
	var answer map[string]any
	if json.Unmarshal(body, &answer) != nil {
		s.reject("%s: the answer is no JSON object", kind)
		return
	}
	switch kind {
	case "view_submission":
		s.checkSubmission(about, answer)
	case "block_suggestion":
		if answer["options"] == nil && answer["option_groups"] == nil {
			s.reject("block_suggestion: the answer has no options")
		}
	default:
		s.reject("%s: Slack takes no answer but an empty one", kind)
		return
	}
	answer["_method"] = kind
	s.shown[user] = append(s.shown[user], answer)
}

// ResponseURL is an address to respond to in a channel, as Slack gives one with a
// form that lets the user choose a conversation.
func (s *Server) ResponseURL(channel, user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hook("app", channel, s.trigger(user, nil), nil)
}
