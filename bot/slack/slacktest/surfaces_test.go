package slacktest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/slack/slacktest"
)

func TestCommandIsAnsweredTwoWays(t *testing.T) {
	s := start(t)
	b := connect(t, s, func(f frame) (any, bool) { return map[string]any{"text": "at once"}, true })
	trigger := s.Command("C1", "U1", "values")
	eventually(t, s, "it is acked", func() bool { return s.Acked() == 1 })
	hook := field(t, b.got("slash_commands")[0].Payload, "response_url")
	for i, c := range []struct {
		body   string
		status int
		want   string
	}{
		{`{"text":"later","response_type":"in_channel"}`, 200, ""},
		{`{"text":"x","colour":"red"}`, 400, "unknown argument: colour"},
		{`{}`, 400, "no_text"},
		{`{"text":"4"}`, 200, ""},
		{`{"text":"5"}`, 200, ""},
		{`{"text":"6"}`, 404, "used_url"},
	} {
		status, reply := post(t, hook, c.body)
		if status != c.status || !strings.Contains(strings.Join(s.Rejected(), "\n"), c.want) {
			t.Errorf("use %d: %d %s, rejected %q", i+1, status, reply, s.Rejected())
		}
	}
	for _, key := range []string{trigger, "U1"} {
		got := s.Responses(key)
		if len(got) != 4 || got[0].Via != "ack" || got[0].Ephemeral != "U1" || got[1].Via != "response_url" || got[1].Ephemeral != "" {
			t.Errorf("responses of %s: %+v", key, got)
		}
	}
}

func TestTriggersOpenOneViewSoon(t *testing.T) {
	s := start(t)
	connect(t, s, always)
	open := func(trigger string) any {
		return call(t, s, "views.open", map[string]any{"trigger_id": trigger, "view": modal()})["error"]
	}
	trigger := s.Command("C1", "U1", "")
	if err := open(trigger); err != nil {
		t.Errorf("open: %v", err)
	}
	if err := open(trigger); err != "exchanged_trigger_id" {
		t.Errorf("used twice: %v", err)
	}
	s.SetPace(slacktest.Pace{Trigger: time.Nanosecond, ResponseURL: time.Nanosecond})
	late := s.Command("C1", "U1", "")
	eventually(t, s, "both are acked", func() bool { return s.Acked() == 2 })
	if err := open(late); err != "expired_trigger_id" {
		t.Errorf("late: %v", err)
	}
	if got := s.Views("U1"); len(got) != 1 || got[0]["_method"] != "views.open" {
		t.Errorf("views: %v", got)
	}
}

func TestViewsAreUpdatedAndPushed(t *testing.T) {
	s := start(t)
	b := connect(t, s, func(f frame) (any, bool) {
		if f.Type == "interactive" && strings.Contains(string(f.Payload), "view_submission") {
			return map[string]any{"response_action": "errors", "errors": map[string]any{"who": "no"}}, true
		}
		return nil, true
	})
	shown := call(t, s, "views.open", map[string]any{"trigger_id": s.Command("C1", "U1", ""), "view": modal()})["view"].(map[string]any)
	id := shown["id"]
	if got := call(t, s, "views.update", map[string]any{"view_id": id, "hash": "old", "view": modal()}); got["error"] != "hash_conflict" {
		t.Errorf("with an old hash: %v", got)
	}
	if got := call(t, s, "views.update", map[string]any{"view_id": id, "hash": shown["hash"], "view": modal()}); got["ok"] != true {
		t.Errorf("with the hash: %v", got)
	}
	view := map[string]any{"id": id, "blocks": []any{map[string]any{"type": "input", "block_id": "where"}}}
	s.Interact(map[string]any{"type": "block_actions", "user": map[string]any{"id": "U1"}, "view": view, "actions": []any{}})
	eventually(t, s, "it is acked", func() bool { return s.Acked() == 2 })
	trigger := field(t, b.got("interactive")[0].Payload, "trigger_id")
	if got := call(t, s, "views.push", map[string]any{"trigger_id": trigger, "view": modal()}); got["view"].(map[string]any)["root_view_id"] != id {
		t.Errorf("pushed: %v", got)
	}
	s.Interact(map[string]any{"type": "view_submission", "user": map[string]any{"id": "U1"}, "view": view})
	eventually(t, s, "the answer is recorded", func() bool { return len(s.Views("U1")) == 4 })
	if last := s.Views("U1")[3]; last["_method"] != "view_submission" || last["response_action"] != "errors" {
		t.Errorf("recorded: %v", last)
	}
	if r := s.Rejected(); len(r) != 1 || !strings.Contains(r[0], "no input block") {
		t.Errorf("rejected: %q", r)
	}
}

func TestBadViewsAreRefused(t *testing.T) {
	s := start(t)
	text := func(n int) any { return map[string]any{"type": "plain_text", "text": strings.Repeat("x", n)} }
	input := map[string]any{"type": "input", "label": text(1), "element": map[string]any{"type": "plain_text_input", "action_id": "a"}}
	for want, change := range map[string]map[string]any{
		"less than 25":                        {"title": text(25)},
		"less than 3001":                      {"private_metadata": strings.Repeat("x", 3001)},
		"less than 256":                       {"callback_id": strings.Repeat("x", 256)},
		"missing required field: submit":      {"blocks": []any{input}},
		"unsupported type: home":              {"type": "home"},
		"unsupported type: markdown":          {"blocks": []any{map[string]any{"type": "markdown", "text": "x"}}},
		"invalid additional property: colour": {"colour": "red"},
	} {
		view := modal()
		for name, value := range change {
			view[name] = value
		}
		got := call(t, s, "views.open", map[string]any{"trigger_id": "t", "view": view})
		if last := s.Rejected()[len(s.Rejected())-1]; got["error"] != "invalid_arguments" || !strings.Contains(last, want) {
			t.Errorf("want %s, got %v and %s", want, got["error"], last)
		}
	}
}

func TestActionsOnAMessage(t *testing.T) {
	s := start(t)
	b := connect(t, s, always)
	plain := map[string]any{"type": "plain_text", "text": "More"}
	call(t, s, "chat.postMessage", map[string]any{"channel": "C1", "text": "x", "blocks": []any{map[string]any{"type": "actions",
		"block_id": "acts", "elements": []any{map[string]any{"type": "button", "action_id": "more", "text": plain, "value": "entry-1"}}}}})
	s.BlockAction(s.Posted("C1")[0], "U1", "more", "")
	eventually(t, s, "it is acked", func() bool { return s.Acked() == 1 })
	payload := b.got("interactive")[0].Payload
	for path, want := range map[string]string{
		"type": "block_actions", "user.id": "U1", "actions.value": "entry-1", "actions.block_id": "acts",
		"container.message_ts": s.Posted("C1")[0].TS, "channel.id": "C1", "message.text": "x",
	} {
		if got := field(t, payload, path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	hook := field(t, payload, "response_url")
	if status, reply := post(t, hook, `{"replace_original":true,"text":"y","blocks":[]}`); status != 200 {
		t.Fatal(reply)
	}
	if got := s.Posted("C1"); got[0].Text != "y" || got[0].Edits != 1 || len(got[0].Blocks) != 0 {
		t.Errorf("replaced: %+v", got)
	}
	if post(t, hook, `{"delete_original":true}`); len(s.Posted("C1")) != 0 {
		t.Errorf("not deleted: %+v", s.Posted("C1"))
	}
	if len(s.Rejected()) != 0 {
		t.Errorf("rejected: %q", s.Rejected())
	}
}

func TestUnfurlsAndEphemerals(t *testing.T) {
	s := start(t)
	s.Event(map[string]any{"type": "link_shared", "channel": "C1", "message_ts": "1700000000.000001"})
	unfurls := map[string]any{"https://e.org": map[string]any{"blocks": []any{map[string]any{"type": "divider"}}}}
	if got := call(t, s, "chat.unfurl", map[string]any{"channel": "C1", "ts": "1700000000.000001", "unfurls": unfurls}); got["ok"] != true || len(s.Unfurls()) != 1 {
		t.Errorf("unfurl: %v", got)
	}
	unfurls["https://e.org"] = map[string]any{"blocks": []any{map[string]any{"type": "banner"}}}
	if got := call(t, s, "chat.unfurl", map[string]any{"channel": "C1", "ts": "1700000000.000001", "unfurls": unfurls}); got["error"] != "invalid_blocks" {
		t.Errorf("bad unfurl: %v", got)
	}
	call(t, s, "chat.postEphemeral", map[string]any{"channel": "C1", "user": "U1", "text": "psst"})
	got := s.Posted("C1")
	if len(got) != 1 || got[0].Ephemeral != "U1" || got[0].Via != "chat.postEphemeral" {
		t.Fatalf("ephemeral: %+v", got)
	}
	if up := call(t, s, "chat.update", map[string]any{"channel": "C1", "ts": got[0].TS, "text": "x"}); up["error"] != "message_not_found" {
		t.Errorf("an ephemeral message was updated: %v", up)
	}
}
