package slacktest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestBlockKit(t *testing.T) {
	s := start(t)
	rep := func(n int, item string) string { return strings.TrimSuffix(strings.Repeat(item+",", n), ",") }
	plain := func(n int) string { return fmt.Sprintf(`{"type":"plain_text","text":"%s"}`, strings.Repeat("x", n)) }
	section := func(n int) string { return `{"type":"section","text":` + plain(n) + `}` }
	actions := func(element string) string { return `{"type":"actions","elements":[` + element + `]}` }
	for _, c := range []struct{ name, blocks, want string }{
		{"all that is allowed", section(3000) + `,{"type":"divider"},{"type":"header","text":` + plain(150) + `},
			{"type":"context","elements":[{"type":"mrkdwn","text":"a &amp; <https://e.org?a=1&b=2|b>","verbatim":true}]},` +
			actions(`{"type":"button","action_id":"a","text":`+plain(75)+`,"style":"danger","value":"v",
			"confirm":{"title":`+plain(1)+`,"text":`+plain(1)+`,"confirm":`+plain(1)+`,"deny":`+plain(1)+`}}`) +
			`,{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]}`, ""},
		{"fifty blocks", rep(50, section(1)), ""},
		{"too many blocks", rep(51, section(1)), "no more than 50 items allowed [json-pointer:/blocks]"},
		{"too much text", rep(5, section(2700)), "13500 characters in the blocks"},
		{"unknown type", `{"type":"banner"}`, "unsupported type: banner [json-pointer:/blocks/0/type]"},
		{"unknown key", `{"type":"divider","colour":"red"}`, "invalid additional property: colour [json-pointer:/blocks/0]"},
		{"long section", section(3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{"empty section", section(0), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
		{"bare section", `{"type":"section"}`, "missing required field: text"},
		{"many fields", `{"type":"section","fields":[` + rep(11, plain(1)) + `]}`, "no more than 10 items"},
		{"long field", `{"type":"section","fields":[` + plain(2001) + `]}`, "less than 2001"},
		{"mrkdwn in a header", `{"type":"header","text":{"type":"mrkdwn","text":"x"}}`, "unsupported type: mrkdwn"},
		{"emoji in mrkdwn", `{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}`, "additional property: emoji"},
		{"verbatim in plain", `{"type":"section","text":{"type":"plain_text","text":"x","verbatim":true}}`, "additional property: verbatim"},
		{"long context", `{"type":"context","elements":[` + rep(11, plain(1)) + `]}`, "no more than 10 items"},
		{"many buttons", actions(rep(26, `{"type":"button","text":`+plain(1)+`}`)), "no more than 25 items"},
		{"long button", actions(`{"type":"button","text":` + plain(76) + `}`), "less than 76"},
		{"same action", actions(rep(2, `{"type":"button","action_id":"a","text":`+plain(1)+`}`)), "must be unique: a"},
		{"same block", rep(2, `{"type":"divider","block_id":"b"}`), "must be unique: b"},
		{"many options", actions(`{"type":"static_select","options":[` + rep(101, `{"text":`+plain(1)+`,"value":"v"}`) + `]}`), "no more than 100 items"},
		{"long option", actions(`{"type":"static_select","options":[{"text":` + plain(76) + `,"value":"v"}]}`), "less than 76"},
		{"no option", actions(`{"type":"static_select"}`), "exactly one of options, option_groups"},
		{"image in actions", actions(`{"type":"image","image_url":"https://e.org","alt_text":"x"}`), "unsupported type: image"},
		{"unescaped", `{"type":"section","text":{"type":"mrkdwn","text":"R&D"}}`, "unescaped &D"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(s.Rejected())
			got := call(t, s, "chat.postMessage", map[string]any{"channel": "C1", "blocks": json.RawMessage("[" + c.blocks + "]")})
			problems := strings.Join(s.Rejected()[before:], "\n")
			if c.want == "" && (got["ok"] != true || problems != "") || !strings.Contains(problems, c.want) {
				t.Errorf("got %v and %s, want %s", got, problems, c.want)
			}
		})
	}
}

func TestMarkup(t *testing.T) {
	s := start(t)
	for text, good := range map[string]bool{
		"a &amp; b &lt; c &gt; d": true, "<@U1> <#C1|x> <!here> <!subteam^S1>": true, "> quoted\n>> twice": true,
		"<https://e.org/?a=b&c=d|x &amp; y>": true, "<mailto:a@e.org|a>": true, "<tel:999|999>": true,
		"<!date^1700000000^{date}|then>": true, "a < b": false, "a > b": false, "a & b": false, "<b>bold</b>": false,
		"<e.org|x>": false, "<https://e.org|a & b>": false, "&nbsp;": false, "<": false, "<@ann>": false,
	} {
		before := len(s.Rejected())
		call(t, s, "chat.postMessage", map[string]any{"channel": "C1", "text": text})
		if found := len(s.Rejected()) > before; found == good {
			t.Errorf("%q: %q", text, s.Rejected()[before:])
		}
	}
}
