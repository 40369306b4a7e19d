package slacktest

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

func (s *Server) authTest(*request) (map[string]any, *refusal) {
	return map[string]any{
		"url": "https://slacktest.slack.com/", "team": "Slacktest", "user": "frontdesk",
		"team_id": s.TeamID, "user_id": s.BotUserID, "bot_id": s.BotID, "is_enterprise_install": false,
	}, nil
}

func (s *Server) connectionsOpen(q *request) (map[string]any, *refusal) {
	ticket := random(16)
	s.tickets[ticket] = true
	url := "ws://" + q.host + "/link?ticket=" + ticket + "&app_id=" + s.AppID
	return map[string]any{"url": url}, nil
}

func (s *Server) chatGetPermalink(q *request) (map[string]any, *refusal) {
	channel, ts := q.Params["channel"], q.Params["message_ts"]
	if _, refused := s.target(channel); refused != nil && refused.blame {
		return nil, refused
	}
	if s.byTS[channel+ts] == nil {
		return nil, wrong("message_not_found")
	}
	link := "https://slacktest.slack.com/archives/" + channel + "/p" + strings.ReplaceAll(ts, ".", "")
	return map[string]any{"channel": channel, "permalink": link}, nil
}

func (s *Server) conversationsInfo(q *request) (map[string]any, *refusal) {
	id := q.Params["channel"]
	if !channelForm.MatchString(id) {
		return nil, wrong("channel_not_found")
	}
	v := map[string]any{"id": id, "created": 1700000000, "is_archived": false, "context_team_id": s.TeamID,
		"is_im": id[0] == 'D', "is_channel": id[0] == 'C', "is_group": id[0] == 'G'}
	if id[0] == 'D' {
		v["user"] = id[1:]
	} else {
		v["name"], v["is_member"], v["is_private"] = channelName(id), !s.room(id).left, id[0] == 'G'
	}
	return map[string]any{"channel": v}, nil
}

func channelName(id string) string {
	if id[0] == 'D' {
		return "directmessage"
	}
	return "channel-" + strings.ToLower(id)
}

// conversationsHistory gives the messages outside threads, newest first.
func (s *Server) conversationsHistory(q *request) (map[string]any, *refusal) {
	return s.list(q, func(m *message) bool { return m.ThreadTS == "" || m.ThreadTS == m.TS }, true)
}

// conversationsReplies gives a thread, its first message first.
func (s *Server) conversationsReplies(q *request) (map[string]any, *refusal) {
	ts := q.Params["ts"]
	if _, known := s.seen[ts]; !known {
		return nil, wrong("thread_not_found")
	}
	return s.list(q, func(m *message) bool { return m.TS == ts || m.ThreadTS == ts }, false)
}

func (s *Server) list(q *request, wanted func(*message) bool, newestFirst bool) (map[string]any, *refusal) {
	channel, refused := s.target(q.Params["channel"])
	if refused != nil {
		return nil, refused
	}
	limit := 100
	if raw := q.Params["limit"]; raw != "" {
		n, err := strconv.Atoi(raw)
		if err != nil || n < 1 || n > 999 {
			return nil, wrong("invalid_limit")
		}
		limit = n
	}
	oldest, latest, inclusive := q.Params["oldest"], q.Params["latest"], q.Params["inclusive"]
	edge := inclusive == "1" || inclusive == "true"
	found := []map[string]any{}
	all := s.room(channel).all
	more := false
	for i := range all {
		m := all[i]
		if newestFirst {
			m = all[len(all)-1-i]
		}
		late := latest != "" && (m.TS > latest || m.TS == latest && !edge)
		early := oldest != "" && (m.TS < oldest || m.TS == oldest && !edge)
		if m.deleted || late || early || !wanted(m) {
			continue
		}
		if len(found) == limit {
			more = true
			break
		}
		found = append(found, s.show(m))
	}
	return map[string]any{"messages": found, "has_more": more}, nil
}

func (s *Server) usersInfo(q *request) (map[string]any, *refusal) {
	id := q.Params["user"]
	if !userForm.MatchString(id) {
		return nil, wrong("user_not_found")
	}
	name := userName(id)
	return map[string]any{"user": map[string]any{
		"id": id, "team_id": s.TeamID, "name": name, "real_name": name, "deleted": false,
		"is_bot": id == s.BotUserID, "tz": "Europe/London", "tz_offset": 0, "is_restricted": false,
		"profile": map[string]any{"display_name": name, "real_name": name},
	}}, nil
}

func userName(id string) string { return "person-" + strings.ToLower(id) }

func (s *Server) botsInfo(q *request) (map[string]any, *refusal) {
	if id := q.Params["bot"]; id != s.BotID && id != "" {
		return nil, wrong("bot_not_found")
	}
	return map[string]any{"bot": map[string]any{
		"id": s.BotID, "app_id": s.AppID, "user_id": s.BotUserID, "name": "frontdesk", "deleted": false, "updated": 1700000000,
	}}, nil
}

func (s *Server) reactionsAdd(q *request) (map[string]any, *refusal) {
	channel, refused := s.target(q.Params["channel"])
	if refused != nil {
		return nil, refused
	}
	name := q.Params["name"]
	if strings.ContainsAny(name, ": ") {
		return nil, wrong("invalid_name")
	}
	m := s.byTS[channel+q.Params["timestamp"]]
	if m == nil {
		return nil, wrong("message_not_found")
	}
	if m.reactions[name] {
		return nil, wrong("already_reacted")
	}
	if m.reactions == nil {
		m.reactions = make(map[string]bool)
	}
	m.reactions[name] = true
	return map[string]any{}, nil
}

// assistantSet takes the status or the title of an assistant's thread; an empty
// status clears it.
func (s *Server) assistantSet(q *request) (map[string]any, *refusal) {
	if _, refused := s.target(q.Params["channel_id"]); refused != nil {
		return nil, refused
	}
	if _, known := s.seen[q.Params["thread_ts"]]; !known {
		return nil, wrong("thread_not_found")
	}
	if _, given := q.Params["status"]; !given && strings.HasSuffix(q.Method, "setStatus") {
		return nil, wrong("invalid_arguments", "[ERROR] missing required field: status")
	}
	return map[string]any{}, nil
}

func (s *Server) assistantPrompts(q *request) (map[string]any, *refusal) {
	const most = 4
	if _, refused := s.target(q.Params["channel_id"]); refused != nil {
		return nil, refused
	}
	if ts := q.Params["thread_ts"]; ts != "" {
		if _, known := s.seen[ts]; !known {
			return nil, wrong("thread_not_found")
		}
	}
	var prompts []map[string]string
	if json.Unmarshal([]byte(q.Params["prompts"]), &prompts) != nil {
		return nil, wrong("invalid_arguments", "[ERROR] prompts is no list of objects")
	}
	bad := func(p map[string]string) bool { return p["title"] == "" || p["message"] == "" || len(p) != 2 }
	if len(prompts) > most || slices.ContainsFunc(prompts, bad) {
		return nil, wrong("invalid_arguments", "[ERROR] prompts are at most 4 of a title and a message each")
	}
	return map[string]any{}, nil
}

// chatUnfurl takes unfurls for a message, or for one that is being written.
func (s *Server) chatUnfurl(q *request) (map[string]any, *refusal) {
	p := q.Params
	switch {
	case p["unfurl_id"] != "" && p["source"] == "":
		return nil, wrong("missing_source")
	case p["unfurl_id"] == "" && p["source"] != "":
		return nil, wrong("missing_unfurl_id")
	case p["unfurl_id"] == "" && p["channel"] == "":
		return nil, wrong("missing_channel")
	case p["unfurl_id"] == "" && p["ts"] == "":
		return nil, wrong("missing_ts")
	case p["unfurls"] == "" && p["metadata"] == "" && p["user_auth_message"]+p["user_auth_url"]+p["user_auth_required"]+p["user_auth_blocks"] == "":
		return nil, wrong("missing_unfurls")
	}
	if ts := p["ts"]; ts != "" {
		if _, known := s.seen[ts]; !known {
			return nil, wrong("cannot_find_message")
		}
	}
	record := make(map[string]any)
	for name, value := range p {
		record[name] = value
	}
	if raw := p["unfurls"]; raw != "" {
		var unfurls map[string]map[string]any
		if json.Unmarshal([]byte(raw), &unfurls) != nil {
			return nil, wrong("invalid_unfurls_format")
		}
		for link, u := range unfurls {
			if refused := s.checkUnfurl(link, u); refused != nil {
				return nil, refused
			}
		}
		record["unfurls"] = unfurls
	}
	s.unfurls = append(s.unfurls, record)
	return map[string]any{}, nil
}

func (s *Server) checkUnfurl(link string, unfurl map[string]any) *refusal {
	list, given := unfurl["blocks"].([]any)
	if !given {
		return nil
	}
	c := newChecker()
	if refused := c.blocks(objects(list), messageBlocks); refused != nil {
		return refused
	}
	for _, u := range c.unescaped {
		s.reject("chat.unfurl: %s: %s", link, u)
	}
	return nil
}
