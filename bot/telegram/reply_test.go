package telegram_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

func TestTheFormOfReplies(t *testing.T) {
	r := start(t, real())
	const from = `From: <a href="https://gpcaregroup.org/section/459/About/page/347d144c-29ba-43ea-95a5-9e77ab6781dd/Mission-Vision-Values">Our Values</a>`
	free := r.ask(person, "do i have to pay")[0]
	want := "<b>Free at the point of delivery</b>\n\n<blockquote>We will provide services that are free at the point of delivery</blockquote>\n\n" +
		"In plain words: You do not pay when you use our services. Other things may cost money: prescriptions, dentists, travel jabs, and hospitals for visitors from abroad.\n\n" + from
	if free.HTML != want {
		t.Errorf("got\n%s\nwant\n%s", free.HTML, want)
	}
	if got := labels(free); !slices.Contains(got, "Yes, this is what I asked") || !slices.Contains(got, "No, not what I asked") {
		t.Errorf("nobody can say whether the answer is right: %q", got)
	}
	urgent := r.ask(person, "i want to die")[0]
	if !strings.Contains(urgent.HTML, `<a href="tel:116123">116 123</a>`) || len(urgent.Keyboard) > 0 {
		t.Errorf("the emergency reply is\n%s\n%v", urgent.HTML, urgent.Keyboard)
	}
	book := r.ask(person, "how do i book an appointment")[0]
	if !strings.Contains(book.HTML, `go to 111.nhs.uk.`) || !strings.Contains(book.HTML, `call <a href="tel:111">111</a>`) {
		t.Errorf("a web address is no telephone number, and 111 is one:\n%s", book.HTML)
	}
	if got := labels(r.ask(person, "/start")[0]); !slices.Equal(got, []string{"Who we are", "Our values", "Our vision"}) {
		t.Errorf("the greeting offers %q", got)
	}
}

// Whatever a corpus holds, Telegram must take it.
func TestAwkwardCorpora(t *testing.T) {
	const front = "---\ntitle: Our <Words> & \"More\"\nkind: statement\nsource: https://example.org/?a=1&b=<2>\n---\n\n"
	entry := func(id, quote, note string) string {
		return "## Title of " + id + " {#" + id + "}\n\n> " + quote + "\n\n" + note + "\n\n- ask for " + id + "\n\n"
	}
	for name, text := range map[string]string{
		"markup in the words":         entry("a", `5 < 6 && "x" <b>bold</b> </blockquote> &amp; &lt;i&gt; *y* _z_`, "Note with <script>alert(1)</script> & 'quotes'."),
		"words without an end":        entry("a", strings.Repeat("word ", 3000), "Short."),
		"one endless word":            entry("a", strings.Repeat("x", 9000), "Short."),
		"emoji, two units each":       entry("a", strings.Repeat("👩🏽‍⚕️", 1500), "Short."),
		"a long note":                 entry("a", "Short.", strings.Repeat("A sentence of the note. ", 500)),
		"right to left":               entry("a", "\u202bهل يجب أن أدفع\u202c و \u2066x\u2069", "ملاحظة"),
		"a long title":                strings.Replace(entry("a", "Words.", "Note."), "Title of a", strings.Repeat("Very long title ", 400), 1),
		"an overview of long ones":    "# All {#all}\n\nEverything.\n\n- everything\n\n" + entry("a", strings.Repeat("one ", 1100), "N.") + entry("b", strings.Repeat("two ", 1100), "N.") + entry("c", "c", "N.") + entry("d", "d", "N.") + entry("e", "e", "N.") + entry("f", "f", "N."),
		"an id as long as ids get":    entry("a"+strings.Repeat("b", 62), "Words.", "Note."),
		"an overview with such an id": "# All {#" + strings.Repeat("o", 63) + "}\n\nEverything.\n\n- everything\n\n" + entry("a", "a", "N.") + entry("b", "b", "N.") + entry("c", "c", "N.") + entry("d", "d", "N.") + entry("e", "e", "N.") + entry("f", "f", "N."),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := channeltest.Written(t, map[string]string{"words.md": front + text})
			r := start(t, b)
			for _, e := range b.Corpus().Entries() {
				reply, _ := b.Entry(e.ID)
				sent := r.ask(person, "/start "+e.ID)
				said := ""
				for _, m := range sent {
					said += m.Text + " "
				}
				for _, p := range reply.Passages {
					if squeeze(said) == "" || !strings.Contains(squeeze(said), squeeze(p.Text)) {
						t.Errorf("%.20s: words are missing in %d messages", e.ID, len(sent))
					}
				}
				r.ask(person, "ask for "+e.ID)
			}
			r.Query(person, "")
			r.Query(person, "title")
			r.settled()
		})
	}
}

// squeeze leaves out all space: where a text is cut, some is lost or added.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func TestRefusedFormattingGoesOutPlain(t *testing.T) {
	r := start(t, real())
	r.Inject(telegramtest.Fault{Method: "sendMessage", Kind: telegramtest.Refuse, Code: 400, Description: `Bad Request: can't parse entities: Unsupported start tag "blockquote" at byte offset 40`})
	sent := r.ask(person, "do i have to pay")
	if len(sent) != 1 || sent[0].ParseMode != "" || !strings.Contains(sent[0].Text, "“We will provide services that are free at the point of delivery”") || len(sent[0].Keyboard) == 0 {
		t.Errorf("got %+v", sent)
	}
}

func TestAnOverviewIsBrowsed(t *testing.T) {
	r := start(t, real())
	page := r.ask(person, "/values")[0]
	all, _ := real().Entry("values")
	seen := page.Text
	for turn := 0; turn < 5; turn++ {
		more := find(page, "More")
		if more == nil {
			break
		}
		r.Press(person, page.ID, more.Data)
		r.settled()
		sent := r.Sent(person)
		if len(sent) != 1 {
			t.Fatalf("turning a page sent %d messages", len(sent))
		}
		page = sent[0]
		seen += page.Text
	}
	for _, p := range all.Passages {
		if !strings.Contains(seen, p.Text) {
			t.Errorf("no page shows %q", p.Text)
		}
	}
	if page.Edits != 2 || find(page, "Back (2 of 3)") == nil {
		t.Errorf("after %d turns the buttons are %v", page.Edits, page.Keyboard)
	}
}

// find is the first button with this in its label.
func find(m telegramtest.Message, label string) *telegramtest.Button {
	for _, row := range m.Keyboard {
		for _, b := range row {
			if strings.Contains(b.Text, label) {
				return &b
			}
		}
	}
	return nil
}

func TestPresses(t *testing.T) {
	for _, test := range []struct {
		name string
		data string
		old  bool   // on a message that is too old for the bot to see
		want string // in the message that is sent; empty for none
		says string // in the answer to the press
	}{
		{name: "a choice", data: "values-free", want: "free at the point of delivery"},
		{name: "an emergency", data: "urgent-999", want: "Call 999 now"},
		{name: "a choice on an old message", data: "values-free", old: true, want: "free at the point of delivery"},
		{name: "a page of an old message", data: "values:2", old: true, want: "Our values"},
		{name: "a page that there is no more", data: "values:99", old: true, want: "Our values"},
		{name: "a page of what has none", data: "values-free:1", want: "free at the point of delivery"},
		{name: "an entry that is gone", data: "values-gone", says: "Please type your question"},
		{name: "data of another program", data: `{"cmd":42}`, says: "Please type your question"},
		{name: "no data", data: " ", says: "Please type your question"},
		{name: "signs only", data: "+", says: "Please type your question"},
		{name: "praise on an old message", data: "+values-free", old: true, says: "Thank you"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := start(t, real())
			first := r.ask(person, "thanks")[0]
			press := r.Press
			if test.old {
				press = r.PressOld
			}
			id := press(person, first.ID, test.data)
			r.settled()
			call, ok := r.Answered(id)
			if !ok || !strings.Contains(call.Params["text"], test.says) || test.says == "" && call.Params["text"] != "" {
				t.Errorf("the press is answered (%v) with %q", ok, call.Params["text"])
			}
			sent := r.Sent(person)[1:]
			if test.want == "" && len(sent) > 0 || test.want != "" && (len(sent) != 1 || !strings.Contains(sent[0].Text, test.want)) {
				t.Errorf("the press sent %+v", sent)
			}
		})
	}
}

func TestOpinionsAreCounted(t *testing.T) {
	r := start(t, real())
	for i, label := range []string{"Yes", "No", "No"} {
		m := r.ask(int64(person+i), "do i have to pay")[0]
		b := find(m, label)
		r.Press(int64(person+i), m.ID, b.Data)
		r.settled()
		if now := r.Sent(int64(person + i))[0]; len(now.Keyboard) > 0 || now.Text != m.Text {
			t.Errorf("after the press: %v", now.Keyboard)
		}
	}
	if got := fmt.Sprint(r.counts.right, r.counts.wrong); got != "[values-free] [values-free values-free]" {
		t.Errorf("counted %s", got)
	}
}

func TestInline(t *testing.T) {
	r := start(t, real())
	for typed, want := range map[string]string{"free": `"id":"values-free"`, "": `"id":"values"`, "xyzzy": "[]", "chest pain": `"id":"urgent-cardiac"`} {
		id := r.Query(person, typed)
		r.settled()
		call, ok := r.Answered(id)
		if !ok || !strings.Contains(call.Params["results"], want) {
			t.Errorf("%q offers %s", typed, call.Params["results"])
		}
		if typed == "free" && !strings.Contains(call.Params["results"], "We will provide services that are free at the point of delivery") {
			t.Errorf("%q does not bring the words: %s", typed, call.Params["results"])
		}
	}
}
