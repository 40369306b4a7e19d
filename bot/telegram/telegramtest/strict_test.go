package telegramtest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

// The chat 1 has a message 1 of a person's and a message 2 of the bot's, which
// says "hello" with a button; the forum -1000000000005 has a topic 3; callback
// and inline query are open.
func furnish(t *testing.T) (s *telegramtest.Server, callback, inline string) {
	s = start(t)
	s.Say(1, "hello")
	call(t, s, "sendMessage", p{"chat_id": "1", "text": "hello", "reply_markup": board(`{"text":"a","callback_data":"a"}`)})
	s.SayIn(telegramtest.Chat{ID: -1_000_000_000_005, Topic: 3}, telegramtest.Incoming{Text: "hello"})
	return s, s.Press(1, 2, "a"), s.Query(1, "hello")
}

func board(buttons ...string) string {
	return `{"inline_keyboard":[[` + strings.Join(buttons, ",") + `]]}`
}

// with adds parameters to a message that is right without them.
func with(more p) p {
	all := p{"chat_id": "1", "text": "hi"}
	for k, v := range more {
		all[k] = v
	}
	return all
}

func html(text string) p { return with(p{"text": text, "parse_mode": "HTML"}) }

func result(content string) p {
	return p{"inline_query_id": "INLINE", "results": `[{"type":"article","id":"1","title":"t","input_message_content":` + content + `}]`}
}

var strict = []struct {
	method string
	params p
	want   string // "" if the call is right; "Bad Request: " is left out
}{
	{"getMe", nil, ""},
	{"getMe", p{"x": "1"}, "unknown parameter x"},
	{"getme", nil, "Not Found"},
	{"sendPhoto", nil, "Not Found"},

	{"sendMessage", with(nil), ""},
	{"sendMessage", p{"text": "hi"}, "chat_id is empty"},
	{"sendMessage", with(p{"chat_id": "x"}), "chat not found"},
	{"sendMessage", with(p{"chat_id": "2"}), "chat not found"},
	{"sendMessage", with(p{"text": ""}), "message text is empty"},
	{"sendMessage", with(p{"text": " \n "}), "message text is empty"},
	{"sendMessage", html("<b> </b>"), "message text is empty"},
	{"sendMessage", with(p{"text": strings.Repeat("😀", 2048)}), ""},
	{"sendMessage", with(p{"text": strings.Repeat("😀", 2048) + "a"}), "message is too long"},
	{"sendMessage", html("<b>" + strings.Repeat("&amp;", 4096) + "</b>"), ""},
	{"sendMessage", with(p{"text": "a\xff"}), "strings must be encoded in UTF-8"},
	{"sendMessage", with(p{"txt": "a"}), "unknown parameter txt"},
	{"sendMessage", with(p{"protect_content": "yes"}), `parameter "protect_content" must be true or false`},
	{"sendMessage", with(p{"parse_mode": "MarkdownV2"}), "unsupported parse_mode"},
	{"sendMessage", with(p{"link_preview_options": `{"is_disabled":true}`}), ""},
	{"sendMessage", with(p{"link_preview_options": `{"disabled":true}`}), `can't parse link preview options JSON object: unknown field "disabled"`},
	{"sendMessage", with(p{"link_preview_options": `{"Is_disabled":true}`}), `can't parse link preview options JSON object: unknown field "Is_disabled"`},
	{"sendMessage", with(p{"reply_parameters": `{"message_id":1}`}), ""},
	{"sendMessage", with(p{"reply_parameters": `{"message_id":9}`}), "message to be replied not found"},
	{"sendMessage", with(p{"reply_parameters": `{"message_id":9,"allow_sending_without_reply":true}`}), ""},
	{"sendMessage", with(p{"reply_parameters": `{"message_id":"1"}`}), "can't parse reply parameters JSON object: cannot unmarshal string into Go struct field .message_id of type int"},
	{"sendMessage", with(p{"message_thread_id": "x"}), `parameter "message_thread_id" must be an integer`},
	{"sendMessage", with(p{"message_thread_id": "3"}), "message thread not found"},
	{"sendMessage", with(p{"chat_id": "-1000000000005", "message_thread_id": "4"}), "message thread not found"},
	{"sendMessage", with(p{"chat_id": "-1000000000005", "message_thread_id": "3"}), ""},

	{"sendMessage", with(p{"reply_markup": board(`{"text":"a","callback_data":"`+strings.Repeat("x", 64)+`"}`, `{"text":"b","url":"https://nhs.uk"}`)}), ""},
	{"sendMessage", with(p{"reply_markup": board(`{"text":"a","callback_data":"` + strings.Repeat("x", 65) + `"}`)}), "BUTTON_DATA_INVALID"},
	{"sendMessage", with(p{"reply_markup": board(`{"text":"a","callback_data":""}`)}), "BUTTON_DATA_INVALID"},
	{"sendMessage", with(p{"reply_markup": board(`{"text":"","callback_data":"a"}`)}), "can't parse inline keyboard button: text must be non-empty"},
	{"sendMessage", with(p{"reply_markup": board(`{"text":"a"}`)}), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
	{"sendMessage", with(p{"reply_markup": board(`{"text":"a","callback_data":"a","url":"https://nhs.uk"}`)}), "can't parse inline keyboard button: exactly one action must be given"},
	{"sendMessage", with(p{"reply_markup": board(`{"text":"a","url":"tel:111"}`)}), "inline keyboard button URL 'tel:111' is invalid: Unsupported URL protocol"},
	{"sendMessage", with(p{"reply_markup": board(`{"text":"a","copy_text":{"text":"111"}}`, `{"text":"b","switch_inline_query":""}`)}), ""},
	{"sendMessage", with(p{"reply_markup": board(slices.Repeat([]string{`{"text":"a","callback_data":"a"}`}, 9)...)}), "can't parse inline keyboard: more than 8 buttons in a row"},
	{"sendMessage", with(p{"reply_markup": `{"inline_keyboard":null}`}), `can't parse inline keyboard: field "inline_keyboard" must be of type Array`},
	{"sendMessage", with(p{"reply_markup": `{"inline_keyboard":[` + strings.Repeat(`[{"text":"a","callback_data":"a"}],`, 100) + `[{"text":"a","callback_data":"a"}]]}`}), "REPLY_MARKUP_TOO_LONG"},
	{"sendMessage", with(p{"reply_markup": `{`}), "can't parse reply markup JSON object: unexpected EOF"},

	{"editMessageText", with(p{"message_id": "2"}), ""},
	{"editMessageText", with(nil), "message identifier is not specified"},
	{"editMessageText", with(p{"message_id": "1"}), "message can't be edited"},
	{"editMessageText", with(p{"message_id": "9"}), "message to edit not found"},
	{"editMessageText", with(p{"message_id": "2", "text": strings.Repeat("a", 4097)}), "MESSAGE_TOO_LONG"},
	{"editMessageText", with(p{"message_id": "2", "text": "hello"}), ""}, // the keyboard goes
	{"editMessageText", with(p{"message_id": "2", "text": "hello ", "reply_markup": board(`{"callback_data":"a","text":"a"}`)}), notModified},
	{"editMessageReplyMarkup", p{"chat_id": "1", "message_id": "2", "reply_markup": board(`{"text":"a","callback_data":"a"}`)}, notModified},
	{"editMessageReplyMarkup", p{"chat_id": "1", "message_id": "2"}, ""},

	{"sendChatAction", p{"chat_id": "1", "action": "typing"}, ""},
	{"sendChatAction", p{"chat_id": "1", "action": "thinking"}, "wrong parameter action in request"},
	{"answerCallbackQuery", p{"callback_query_id": "CALLBACK", "text": strings.Repeat("a", 200)}, ""},
	{"answerCallbackQuery", p{"callback_query_id": "CALLBACK", "text": strings.Repeat("a", 201)}, "MESSAGE_TOO_LONG"},
	{"answerCallbackQuery", p{"callback_query_id": "INLINE"}, tooOld},
	{"answerCallbackQuery", p{"callback_query_id": "1"}, tooOld},

	{"answerInlineQuery", p{"inline_query_id": "INLINE", "results": "[]", "cache_time": "0", "is_personal": "true"}, ""},
	{"answerInlineQuery", p{"inline_query_id": "CALLBACK", "results": "[]"}, tooOld},
	{"answerInlineQuery", p{"inline_query_id": "INLINE", "results": "null"}, "can't parse inline query results JSON object: null"},
	{"answerInlineQuery", p{"inline_query_id": "INLINE", "results": "[]", "next_offset": strings.Repeat("a", 65)}, "NEXT_OFFSET_INVALID"},
	{"answerInlineQuery", result(`{"message_text":"<b>a</b>","parse_mode":"HTML"}`), ""},
	{"answerInlineQuery", result(`{"message_text":"<b>a","parse_mode":"HTML"}`), `can't parse entities: Can't find end tag corresponding to start tag "b"`},
	{"answerInlineQuery", result(`null`), "input message content is not specified"},
	{"answerInlineQuery", p{"inline_query_id": "INLINE", "results": `[{"type":"photo"}]`}, `can't parse inline query result: unsupported inline query result type "photo"`},

	{"setMyCommands", p{"commands": `[{"command":"start","description":"Start"}]`, "scope": `{"type":"all_private_chats"}`, "language_code": "en"}, ""},
	{"setMyCommands", p{"commands": `[{"command":"/start","description":"Start"}]`}, "BOT_COMMAND_INVALID"},
	{"setMyCommands", p{"commands": `[{"command":"start","description":""}]`}, "BOT_COMMAND_DESCRIPTION_INVALID"},
	{"getMyCommands", p{"scope": `{"type":"chat"}`}, `can't parse BotCommandScope: wrong fields for type "chat"`},
	{"getMyCommands", p{"language_code": "english"}, "invalid language code specified"},
	{"setMyDescription", p{"description": strings.Repeat("a", 513)}, "description is too long"},
	{"setMyShortDescription", p{"short_description": strings.Repeat("a", 120)}, ""},
	{"setMyName", p{"name": strings.Repeat("a", 65)}, "name is too long"},

	{"getUpdates", p{"limit": "0"}, "limit must be between 1 and 100"},
	{"getUpdates", p{"timeout": "51"}, "timeout must be between 0 and 50"},
	{"getUpdates", p{"allowed_updates": `["messages"]`}, `unknown update type "messages"`},
	{"setWebhook", p{"url": "http://example.org/x"}, "bad webhook: An HTTPS URL must be provided for webhook"},
	{"setWebhook", p{"url": "https://example.org:444/x"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"},
	{"setWebhook", p{"url": "http://localhost/x", "secret_token": "a b"}, "secret token contains unallowed characters"},
	{"setWebhook", p{"url": "http://localhost/x", "max_connections": "101"}, "max_connections must be between 1 and 100"},
}

const (
	notModified = "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
	tooOld      = "query is too old and response timeout expired or query ID is invalid"
)

func TestStrict(t *testing.T) {
	for i, test := range strict {
		t.Run(fmt.Sprint(i, test.method), func(t *testing.T) {
			s, callback, inline := furnish(t)
			params := p{}
			for k, v := range test.params {
				params[k] = strings.NewReplacer("CALLBACK", callback, "INLINE", inline).Replace(v)
			}
			before := len(s.Calls(test.method))
			got := call(t, s, test.method, params)
			want := test.want
			if want != "" && want != "Not Found" {
				want = "Bad Request: " + want
			}
			if got.Description != want || got.OK != (want == "") {
				t.Fatalf("got %d %q\nwant %q", got.Code, got.Description, want)
			}
			rejected := []string{test.method + ": " + want}
			if want == "" {
				rejected = nil
			}
			if r := s.Rejected(); !slices.Equal(r, rejected) {
				t.Errorf("rejected %q, want %q", r, rejected)
			}
			if accepted := len(s.Calls(test.method)) - before; (accepted == 1) != got.OK {
				t.Errorf("%d calls were accepted", accepted)
			}
		})
	}
}

func TestHTML(t *testing.T) {
	for _, test := range []struct{ html, text, tags, want string }{
		{"plain & simple &lt;b&gt; &#65;&#x42; &nbsp; &quot", `plain & simple <b> AB &nbsp; "`, "", ""},
		{"<b>a <i>b</i></b> <u>c</u>", "a b c", "b i u", ""},
		{"  <B>a</B >\n", "a", "b", ""},
		{"a<b></b>", "a", "", ""},
		{`<a href="https://nhs.uk/?a=1&amp;b=2">a</a> <a href='tg://user?id=1'>b</a>`, "a b", "a a", ""},
		{`<a href="tel:111">111</a>`, "111", "", ""},
		{`<blockquote expandable>a</blockquote><span class="tg-spoiler">b</span>`, "ab", "blockquote span", ""},
		{`<pre><code class="language-go">a</code></pre>`, "a", "pre code", ""},
		{"a < b", "", "", `Unsupported start tag "" at byte offset 2`},
		{"é<br>", "", "", `Unsupported start tag "br" at byte offset 2`},
		{"<p>a</p>", "", "", `Unsupported start tag "p" at byte offset 0`},
		{"<b>a</i>", "", "", `Unmatched end tag at byte offset 4, expected "</b>", found "</i>"`},
		{"a</b>", "", "", "Unexpected end tag at byte offset 1"},
		{"<b", "", "", "Unclosed start tag at byte offset 0"},
		{`<a href="https://nhs.uk>a</a>`, "", "", `Unclosed start tag "a" at byte offset 0`},
		{"<b>a <i>b</i>", "", "", `Can't find end tag corresponding to start tag "b"`},
		{"<blockquote>a<blockquote>b</blockquote></blockquote>", "", "", "Nested blockquote at byte offset 13"},
		{`<b class="x">a</b>`, "", "", `Unsupported attribute "class" in the tag "b" at byte offset 0`},
		{`<span>a</span>`, "", "", `Tag "span" must have class "tg-spoiler" at byte offset 0`},
		{`<a href="/x">a</a>`, "", "", `Unsupported link "/x" at byte offset 0`},
		{`<a>a</a>`, "", "", `Unsupported link "" at byte offset 0`},
		{"<code><b>a</b></code>", "", "", `Tag "b" inside code or pre at byte offset 6`},
	} {
		t.Run(test.html, func(t *testing.T) {
			s := start(t)
			s.Say(1, "hello")
			got := call(t, s, "sendMessage", html(test.html))
			if test.want != "" {
				if want := "Bad Request: can't parse entities: " + test.want; got.Description != want {
					t.Errorf("got %q\nwant %q", got.Description, want)
				}
				return
			}
			if !got.OK {
				t.Fatal(got.Description)
			}
			m := s.Sent(1)[0]
			if tags := strings.Join(m.Entities, " "); m.Text != test.text || tags != test.tags || m.HTML != test.html {
				t.Errorf("got %q with %q", m.Text, tags)
			}
		})
	}
}

func TestAnswerOnceAndInTime(t *testing.T) {
	s := start(t)
	c := stop(s)
	inTime, late := s.PressOld(1, 1, "a"), s.Query(1, "a")
	answer := p{"callback_query_id": inTime, "text": "yes"}
	if got := call(t, s, "answerCallbackQuery", answer); !got.OK {
		t.Fatal(got.Description)
	}
	if got, ok := s.Answered(inTime); !ok || got.Params["text"] != "yes" {
		t.Errorf("answered %v, %v", got, ok)
	}
	if got := call(t, s, "answerCallbackQuery", answer); got.OK {
		t.Error("answered twice")
	}
	c.move(151 * time.Second)
	if got := call(t, s, "answerInlineQuery", p{"inline_query_id": late, "results": "[]"}); got.OK {
		t.Error("answered too late")
	}
	if _, ok := s.Answered(late); ok {
		t.Error("a refused answer counts")
	}
}

func TestTranscript(t *testing.T) {
	s := start(t)
	s.Say(1, "hello")
	call(t, s, "sendMessage", with(p{"reply_parameters": `{"message_id":1}`, "link_preview_options": `{"is_disabled":true}`,
		"reply_markup": board(`{"text":"a","callback_data":"b"}`, `{"text":"c","copy_text":{"text":"d"}}`)}))
	call(t, s, "sendMessage", with(p{"text": "second"}))
	call(t, s, "editMessageText", p{"chat_id": "1", "message_id": "3", "text": "<b>edited</b>", "parse_mode": "HTML"})
	sent := s.Sent(1)
	if len(sent) != 2 {
		t.Fatalf("%d messages", len(sent))
	}
	m := sent[0]
	if got, want := fmt.Sprint(m.ID, m.ReplyTo, m.PreviewOff, m.Keyboard), "2 1 true [[{a b  } {c   d}]]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if m := sent[1]; m.Text != "edited" || m.HTML != "<b>edited</b>" || m.Edits != 1 || m.Entities[0] != "b" {
		t.Errorf("got %+v", m)
	}
}
