package slack_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// asJSON is a view as it was sent.
func asJSON(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHome(t *testing.T) {
	r := start(t, real())
	last := func() (map[string]any, string) {
		views := r.Views("U1")
		return views[len(views)-1], asJSON(t, views[len(views)-1])
	}
	r.OpenHome("U1")
	r.settled()
	view, text := last()
	for _, want := range []string{"Who we are", "Our mission", "Our values", "Our vision", "What our constitution says", "I keep nothing you type", "What are you looking for?"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in the home tab", want)
		}
	}
	inHome := func(action, value string) {
		r.Interact(map[string]any{"type": "block_actions", "user": map[string]any{"id": "U1"}, "view": map[string]any{"id": view["id"], "type": "home"},
			"actions": []any{map[string]any{"action_id": action, "value": value, "type": "button"}}})
		r.settled()
	}
	b := buttons(view["blocks"])["Our values"]
	inHome(b[0], b[1])
	all, _ := real().Entry("values")
	_, text = last()
	for _, p := range all.Passages {
		if !strings.Contains(text, p.Text) {
			t.Errorf("browsing the values does not show %q", p.Text)
		}
	}
	inHome("query", "what do you say about blame?")
	if _, text = last(); !strings.Contains(text, "no blame culture") {
		t.Errorf("the search shows %s", text)
	}
	inHome("query", "my dad has collapsed")
	if _, text = last(); !strings.Contains(text, "Call 999 now") {
		t.Errorf("an emergency shows %s", text)
	}
}

func TestTheGlobalShortcutFindsAndInserts(t *testing.T) {
	r := start(t, real())
	person := map[string]any{"id": "U1"}
	r.Interact(map[string]any{"type": "shortcut", "callback_id": "find", "user": person})
	r.settled()
	views := r.Views("U1")
	if len(views) != 1 || views[0]["_method"] != "views.open" || views[0]["callback_id"] != "search" {
		t.Fatalf("the shortcut opened %+v", views)
	}
	search := func(text string) map[string]any {
		r.Interact(map[string]any{"type": "view_submission", "user": person, "view": map[string]any{"id": views[0]["id"], "callback_id": "search", "type": "modal",
			"state": map[string]any{"values": map[string]any{"query": map[string]any{"query": map[string]any{"type": "plain_text_input", "value": text}}}}}})
		r.settled()
		all := r.Views("U1")
		return all[len(all)-1]
	}
	if result := asJSON(t, search("who won the match last night?")); !strings.Contains(result, "I can't answer that") || strings.Contains(result, "Insert into") && !strings.Contains(result, "Our values") {
		t.Errorf("what cannot be answered shows %s", result)
	}
	if result := asJSON(t, search("my dad has collapsed")); !strings.Contains(result, "Call 999 now") || strings.Contains(result, "Insert into") {
		t.Errorf("an emergency shows %s", result)
	}
	result := search("do patients have to pay?")
	if text := asJSON(t, result); result["_method"] != "view_submission" || !strings.Contains(text, free) || !strings.Contains(text, `"response_url_enabled":true`) {
		t.Fatalf("the search answered %s", text)
	}
	r.Interact(map[string]any{"type": "view_submission", "user": person, "view": map[string]any{"id": views[0]["id"], "callback_id": "insert", "type": "modal",
		"state": map[string]any{"values": map[string]any{"words": map[string]any{"words": map[string]any{"selected_option": map[string]any{"value": "values-free"}}}}}},
		"response_urls": []any{map[string]any{"response_url": r.ResponseURL("C7", "U1"), "channel_id": "C7"}}})
	r.settled()
	posted := public(r.Responses("U1"))
	if len(posted) != 1 || !strings.Contains(words(posted[0]), free) || !strings.Contains(words(posted[0]), "Shared by <@U1>") {
		t.Errorf("inserted was %+v", posted)
	}
}

func TestTheMessageShortcut(t *testing.T) {
	r := start(t, real())
	r.Interact(map[string]any{"type": "message_action", "callback_id": "find_on", "user": map[string]any{"id": "U1"}, "channel": map[string]any{"id": "C1"},
		"message": map[string]any{"type": "message", "user": "U2", "ts": "1700000000.000100", "text": "a patient asks me <https://example.org|whether> they *have to pay*, anyone?"}})
	r.settled()
	got := r.Responses("U1")
	if len(got) != 1 || got[0].Ephemeral != "U1" || !strings.Contains(words(got[0]), free) {
		t.Fatalf("got %+v", got)
	}
	if _, ok := buttons(got[0].Blocks)["Share in channel"]; !ok {
		t.Error("it cannot be shared")
	}
}

func TestLinksToTheDeskUnfold(t *testing.T) {
	r := start(t, real(), desk)
	share := func(links ...string) []map[string]any {
		before := len(r.Unfurls())
		var all []any
		for _, l := range links {
			all = append(all, map[string]any{"url": l, "domain": "desk.example.org"})
		}
		r.Event(map[string]any{"type": "link_shared", "channel": "C1", "user": "U1", "message_ts": r.Mention("C1", "U1", "thanks"), "links": all, "event_ts": "1700000000.000100"})
		r.settled()
		return r.Unfurls()[before:]
	}
	got := share("https://desk.example.org/a/values-free", "https://desk.example.org/a/values-openness?from=mail", "https://desk.example.org/a/gone", "https://desk.example.org/d/values")
	if text := asJSON(t, got); len(got) != 1 || !strings.Contains(text, free) || !strings.Contains(text, "no blame culture") || strings.Contains(text, "/a/gone") || strings.Contains(text, "/d/values") {
		t.Errorf("unfolded is %s", text)
	}
	if got := share("https://elsewhere.example.org/a/values-free", "https://desk.example.org/"); len(got) != 0 {
		t.Errorf("unfolded is %s", asJSON(t, got))
	}
}

func TestTheConversationOffersWhatToAsk(t *testing.T) {
	r := start(t, real())
	r.DirectMessage("U1", "thanks")
	r.Event(map[string]any{"type": "app_home_opened", "tab": "messages", "user": "U1", "channel": "DU1", "event_ts": "1700000000.000100"})
	r.settled()
	calls := r.Calls("assistant.threads.setSuggestedPrompts")
	if len(calls) != 1 || !strings.Contains(calls[0].Params["prompts"], "Our values") || calls[0].Params["thread_ts"] != "" {
		t.Errorf("suggested is %+v", calls)
	}
	if status := r.Calls("assistant.threads.setStatus"); len(status) != 1 || status[0].Params["status"] == "" {
		t.Errorf("the status is %+v", status)
	}
}
