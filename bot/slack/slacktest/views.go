package slacktest

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

const maxStack = 3 // of modals on each other

// A view is a modal or a home tab as a user sees it.
type view struct {
	id, user, hash string
	body           map[string]any
	root           *view // nil for itself
	previous       *view
	depth          int
}

// describe is a view as Slack tells of it.
func (s *Server) describe(v *view) map[string]any {
	all := map[string]any{
		"id": v.id, "team_id": s.TeamID, "app_id": s.AppID, "app_installed_team_id": s.TeamID, "bot_id": s.BotID,
		"hash": v.hash, "root_view_id": v.id, "previous_view_id": nil, "state": map[string]any{"values": map[string]any{}},
	}
	if v.root != nil {
		all["root_view_id"], all["previous_view_id"] = v.root.id, v.previous.id
	}
	maps.Copy(all, v.body)
	return all
}

// readView checks a view given as JSON. Slack answers invalid_arguments to a bad
// one, where it has invalid_blocks for a message.
func (s *Server) readView(raw, kind, from string) (map[string]any, *refusal) {
	const maxBytes = 250_000
	var body map[string]any
	if json.Unmarshal([]byte(raw), &body) != nil {
		return nil, wrong("invalid_arguments", "[ERROR] view is no JSON object")
	}
	if len(raw) > maxBytes {
		return nil, wrong("view_too_large")
	}
	c := newChecker()
	c.view(body, kind)
	if len(c.problems) > 0 {
		return nil, wrong("invalid_arguments", c.problems...)
	}
	for _, u := range c.unescaped {
		s.reject("%s: %s", from, u)
	}
	return body, nil
}

// pull uses up a trigger.
func (s *Server) pull(id string) (*trigger, *refusal) {
	t := s.triggers[id]
	switch {
	case t == nil:
		return nil, wrong("invalid_trigger_id")
	case t.used:
		return nil, wrong("exchanged_trigger_id")
	case !t.born.IsZero() && time.Since(t.born) > s.pace.Trigger:
		return nil, wrong("expired_trigger_id")
	}
	t.used = true
	return t, nil
}

func (s *Server) viewsOpen(q *request) (map[string]any, *refusal) {
	return s.raise(q, func(*trigger) (*view, *refusal) { return &view{depth: 1}, nil })
}

func (s *Server) viewsPush(q *request) (map[string]any, *refusal) {
	return s.raise(q, func(t *trigger) (*view, *refusal) {
		below := t.view
		if below == nil {
			return nil, wrong("invalid_trigger_id", "[ERROR] the trigger is of no modal")
		}
		if below.depth >= maxStack {
			return nil, wrong("push_limit_reached")
		}
		return above(below), nil
	})
}

// above is a modal on top of another, if there is one.
func above(below *view) *view {
	if below == nil {
		return &view{depth: 1}
	}
	v := &view{user: below.user, root: below.root, previous: below, depth: below.depth + 1}
	if v.root == nil {
		v.root = below
	}
	return v
}

// raise shows a new modal, on whatever place finds for it.
func (s *Server) raise(q *request, place func(*trigger) (*view, *refusal)) (map[string]any, *refusal) {
	body, refused := s.readView(q.Params["view"], "modal", q.Method)
	if refused != nil {
		return nil, refused
	}
	t, refused := s.pull(q.Params["trigger_id"])
	if refused != nil {
		return nil, refused
	}
	v, refused := place(t)
	if refused != nil {
		return nil, refused
	}
	if s.byExternalID(body) != nil {
		return nil, wrong("duplicate_external_id")
	}
	v.id, v.user = s.id("V"), t.user
	s.views[v.id] = v
	return s.reveal(v, body, q.Method), nil
}

// reveal puts what a view says before its user.
func (s *Server) reveal(v *view, body map[string]any, from string) map[string]any {
	v.body, v.hash = body, s.id("hash.")
	shown := s.describe(v)
	record := maps.Clone(shown)
	record["_method"] = from
	s.shown[v.user] = append(s.shown[v.user], record)
	return map[string]any{"view": shown}
}

func (s *Server) byExternalID(body map[string]any) *view {
	id := text(body["external_id"])
	if id == "" {
		return nil
	}
	for _, v := range s.views {
		if v.body["external_id"] == id {
			return v
		}
	}
	return nil
}

func (s *Server) viewsUpdate(q *request) (map[string]any, *refusal) {
	p := q.Params
	if (p["view_id"] == "") == (p["external_id"] == "") {
		return nil, wrong("invalid_arguments", "[ERROR] exactly one of view_id and external_id is needed")
	}
	v := s.views[p["view_id"]]
	if v == nil {
		v = s.byExternalID(map[string]any{"external_id": p["external_id"]})
	}
	if v == nil {
		return nil, wrong("not_found")
	}
	if p["hash"] != "" && p["hash"] != v.hash {
		return nil, &refusal{code: "hash_conflict"}
	}
	body, refused := s.readView(p["view"], text(v.body["type"]), q.Method)
	if refused != nil {
		return nil, refused
	}
	return s.reveal(v, body, q.Method), nil
}

func (s *Server) viewsPublish(q *request) (map[string]any, *refusal) {
	p := q.Params
	if !userForm.MatchString(p["user_id"]) {
		return nil, wrong("invalid_arguments", "[ERROR] user_id is none")
	}
	v := s.homes[p["user_id"]]
	if v != nil && p["hash"] != "" && p["hash"] != v.hash {
		return nil, &refusal{code: "hash_conflict"}
	}
	body, refused := s.readView(p["view"], "home", q.Method)
	if refused != nil {
		return nil, refused
	}
	if v == nil {
		v = &view{id: s.id("V"), user: p["user_id"]}
		s.homes[v.user], s.views[v.id] = v, v
	}
	return s.reveal(v, body, q.Method), nil
}

// checkSubmission checks what the bot answered to a submitted modal, and makes a
// view in it the user's.
func (s *Server) checkSubmission(about, answer map[string]any) {
	const from = "view_submission"
	for name := range answer {
		if !slices.Contains([]string{"response_action", "view", "errors"}, name) {
			s.reject("%s: unknown key in the answer: %s", from, name)
		}
	}
	switch action := answer["response_action"]; action {
	case "clear":
	case "errors":
		errors := object(answer["errors"])
		if len(errors) == 0 {
			s.reject("%s: no errors in the answer", from)
		}
		blocks, _ := about["blocks"].([]any)
		for id := range errors {
			isInput := func(b map[string]any) bool { return b["type"] == "input" && b["block_id"] == id }
			if len(blocks) > 0 && !slices.ContainsFunc(objects(blocks), isInput) {
				s.reject("%s: an error for %s, which is no input block", from, id)
			}
		}
	case "update", "push":
		body, refused := s.readView(string(encode(answer["view"])), "modal", from)
		if refused != nil {
			s.reject("%s: %v", from, refused.messages)
			return
		}
		v := s.views[text(about["id"])]
		if action == "push" || v == nil {
			v = above(v)
			v.id = s.id("V")
			s.views[v.id] = v
		}
		v.body, v.hash = body, s.id("hash.")
	default:
		s.reject("%s: the response_action %v is none", from, action)
	}
}
