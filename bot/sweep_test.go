package bot_test

import (
	"context"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot"
)

// ordinary is what people tell of themselves before they come to the point.
const ordinary = "we moved here in the spring. the flat is on the third floor. my neighbour is called john. he has a small garden. " +
	"i walk to the library on mondays. the weather has been nice. my bus pass came last week. i like this part of london. "

func TestDangerInTheMiddleOfALongMessage(t *testing.T) {
	b, _ := real()
	runOn := func(s string) string { return strings.ReplaceAll(s, ".", "") }
	for _, danger := range []string{
		"my dad has collapsed. he is not breathing. ",
		"my chest hurts and i cant breathe. ",
		"my baby is blue and floppy. ",
		"her lips are swelling up after nuts. ",
		"he is having a fit and wont stop. ",
	} {
		for name, message := range map[string]string{
			"eight sentences around it":  ordinary + danger + ordinary,
			"without full stops":         runOn(ordinary + danger + ordinary),
			"late in a long letter":      strings.Repeat(ordinary, 9) + danger + strings.Repeat(ordinary, 9),
			"after 4,500 letters":        strings.Repeat(ordinary, 20)[:4500] + ". " + danger + strings.Repeat(ordinary, 5000),
			"before the last 4,500":      strings.Repeat(ordinary, 5000) + danger + strings.Repeat(ordinary, 20)[:4500],
			"one word a line":            strings.ReplaceAll(runOn(ordinary+danger+ordinary), " ", "\n"),
			"between Bengali and Arabic": strings.Repeat("বাংলা ভাষা। ", 60) + danger + strings.Repeat("اللغة العربية ", 60),
		} {
			if r := ask(t, b, message); r.Kind != bot.Urgent {
				t.Errorf("%q, %s: got %s/%s", danger, name, r.Kind, r.ID)
			}
		}
	}
}

func TestALongMessageWithoutDangerRaisesNoAlarm(t *testing.T) {
	b, _ := real()
	for _, message := range []string{
		ordinary + ordinary,
		strings.ReplaceAll(ordinary+ordinary, ".", ""),
		strings.Repeat(ordinary, 50),
		strings.Repeat("What are your values? Who wrote them, and do I have to pay? ", 30),
		strings.Repeat("how do i book an appointment and where is my repeat prescription ", 30),
	} {
		if r := ask(t, b, message); r.Kind == bot.Urgent {
			t.Errorf("%.80q got %s (%.2f)", message, r.ID, r.Confidence)
		}
	}
}

func TestTheSweepIsExplained(t *testing.T) {
	b, _ := real()
	x, err := b.Explain(context.Background(), ordinary+"my dad has collapsed. he is not breathing. "+ordinary)
	if err != nil {
		t.Fatal(err)
	}
	if p := x.Parts[x.Decide]; x.Decide == 0 || !strings.Contains(p.Text, "collaps") || p.Alarm < p.AlarmCut {
		t.Errorf("part %d, %q, decided with %.2f of %.2f", x.Decide, p.Text, p.Alarm, p.AlarmCut)
	}
}
