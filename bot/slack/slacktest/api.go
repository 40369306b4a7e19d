package slacktest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A request is a call of the Web API on its way through the fake.
type request struct {
	Call
	token string
	host  string // that the bot knows the server by: a proxy's, if there is one between
}

// A refusal is an error as the Web API answers it.
type refusal struct {
	code     string
	messages []string       // for response_metadata
	fields   map[string]any // of the answer
	blame    bool           // the bot did wrong
}

// wrong is a refusal that the bot should not have caused.
func wrong(code string, messages ...string) *refusal {
	return &refusal{code: code, messages: messages, blame: true}
}

// A reply is ready to be written.
type reply struct {
	status int
	header map[string]string
	fields map[string]any
}

func (r *refusal) reply() reply {
	fields := map[string]any{"ok": false, "error": r.code}
	if len(r.messages) > 0 {
		fields["response_metadata"] = map[string]any{"messages": r.messages}
	}
	maps.Copy(fields, r.fields)
	return reply{status: http.StatusOK, fields: fields}
}

func (r reply) write(w http.ResponseWriter) {
	for name, value := range r.header {
		w.Header().Set(name, value)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(r.status)
	w.Write(encode(r.fields))
}

// serveAPI answers a call of the Web API.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	q, refused := readRequest(r, strings.TrimPrefix(r.URL.Path, "/api/"))
	s.mu.Lock()
	s.calls[q.Method] = append(s.calls[q.Method], q.Call)
	s.mu.Unlock()
	channel := q.Params["channel"]
	if channel == "" {
		channel = q.Params["channel_id"]
	}
	over, lose := s.faulty(w, r, q.Method, channel)
	if over {
		return
	}
	s.mu.Lock()
	rep := s.answer(q, refused)
	s.mu.Unlock()
	if rep.fields["ok"] == true {
		s.tell(Deed{Call: q.Call, From: r.RemoteAddr, Lost: lose})
	}
	if lose {
		cut(w)
		return
	}
	rep.write(w)
}

// answer does what a call asks; the caller holds the lock.
func (s *Server) answer(q *request, refused *refusal) reply {
	m, known := methods[q.Method]
	if !known {
		refused = wrong("unknown_method")
	}
	if refused == nil {
		refused = s.authorise(q, m)
	}
	if refused == nil {
		refused = m.arguments(q.Params)
	}
	var fields map[string]any
	if refused == nil {
		fields, refused = m.do(s, q)
	}
	if refused != nil {
		if refused.blame {
			s.reject("%s: %s", q.Method, strings.Join(append([]string{refused.code}, refused.messages...), "; "))
		}
		if refused.code == "ratelimited" {
			return ratelimited(1)
		}
		return refused.reply()
	}
	fields["ok"] = true
	rep := reply{status: http.StatusOK, fields: fields}
	if m.scope != appScope {
		rep.header = map[string]string{"X-OAuth-Scopes": strings.Join(s.granted(), ","), "X-Accepted-OAuth-Scopes": m.scope}
	}
	return rep
}

// authorise checks the token and its scopes.
func (s *Server) authorise(q *request, m method) *refusal {
	right, other := s.BotToken, s.AppToken
	if m.scope == appScope {
		right, other = other, right
	}
	switch {
	case s.revoked && m.scope == appScope:
		return &refusal{code: "invalid_auth"}
	case s.revoked:
		return &refusal{code: "token_revoked"}
	case q.token == "":
		return wrong("not_authed")
	case q.token == other:
		return wrong("not_allowed_token_type")
	case q.token != right:
		return wrong("invalid_auth")
	case m.scope == "" || m.scope == appScope || slices.Contains(s.granted(), m.scope):
		return nil
	}
	return &refusal{code: "missing_scope", fields: map[string]any{
		"needed": m.scope, "provided": strings.Join(s.granted(), ","),
	}}
}

func (s *Server) granted() []string {
	if s.scopes != nil {
		return s.scopes
	}
	all := []string{"app_mentions:read", "commands", "im:history"}
	for _, m := range methods {
		if m.scope != "" && m.scope != appScope {
			all = append(all, m.scope)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// readRequest reads a call, and what is wrong with its form.
func readRequest(r *http.Request, name string) (*request, *refusal) {
	q := &request{Call: Call{Method: name, Params: make(map[string]string), At: time.Now()}, host: r.Host}
	q.token, _ = strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if r.Method == http.MethodGet {
		q.fill(r.URL.Query()) // a token in an address is no token
		if !methods[name].reads {
			return q, wrong("invalid_post_type", "[ERROR] a method that writes was called with GET")
		}
		return q, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
	if err != nil {
		return q, &refusal{code: "request_timeout"}
	}
	if len(body) == 0 {
		return q, nil
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return q, wrong("invalid_form_data")
		}
		if q.token == "" {
			q.token = form.Get("token")
		}
		return q, q.fill(form)
	case "application/json":
		if methods[name].reads {
			return q, nil // Slack takes no JSON for these, and sees no arguments
		}
		return q, q.fillJSON(body)
	case "":
		return q, wrong("missing_post_type")
	}
	return q, wrong("invalid_post_type")
}

func (q *request) fill(form url.Values) *refusal {
	for name, values := range form {
		if len(values) > 1 {
			return wrong("invalid_array_arg", "[ERROR] given twice: "+name)
		}
		if name != "token" {
			q.Params[name] = values[0]
		}
	}
	return nil
}

func (q *request) fillJSON(body []byte) *refusal {
	var args map[string]json.RawMessage
	if !json.Valid(body) {
		return wrong("invalid_json")
	}
	if json.Unmarshal(body, &args) != nil {
		return wrong("json_not_object")
	}
	for name, raw := range args {
		var text string
		if string(raw) == "null" {
			continue
		}
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		if name != "token" {
			q.Params[name] = text
		}
	}
	return nil
}

// arguments checks the names of the arguments, and that none is missing.
func (m method) arguments(params map[string]string) *refusal {
	var problems []string
	for _, name := range m.must {
		if params[name] == "" {
			problems = append(problems, "[ERROR] missing required field: "+name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if !slices.Contains(m.must, name) && !slices.Contains(m.may, name) {
			problems = append(problems, fmt.Sprintf("[ERROR] unknown argument: %s", name))
		}
	}
	if len(problems) > 0 {
		return wrong("invalid_arguments", problems...)
	}
	return nil
}
