package bot_test

import (
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot"
)

// What is in words that nobody put in the lists gets no goodbye and no signpost by
// chance: the honest no names 111 and 999. A word that looks like one of danger
// raises the alarm all the same, which is no harm here.
func TestMostlyUnknownWordsGetTheHonestNo(t *testing.T) {
	b, _ := real()
	for _, q := range []string{
		"mój tata nie oddycha",
		"je ne peux pas respirer",
		"mon père ne respire pas",
		"saans nahi aa rahi",
		"mera bacha saans nahi le raha",
		"ma maman est tombée et ne se réveille pas",
		"help mio figlio non respira",
		"doktor ile görüşmek istiyorum",
		"hvor meget koster det",
		"salut ça va",
	} {
		if r := ask(t, b, q); r.Kind != bot.Unknown || !strings.Contains(r.Text, "999") {
			t.Errorf("%q got %s/%s: %q", q, r.Kind, r.ID, r.Text)
		}
	}
	if r := ask(t, b, "no respira"); r.Kind != bot.Urgent || !strings.Contains(r.Text, "999") { // "is not breathing" in Spanish
		t.Errorf("a word that looks like danger got %s/%s: %q", r.Kind, r.ID, r.Text)
	}
}

// Bad spelling, names and numbers are no other language.
func TestBadSpellingIsStillRead(t *testing.T) {
	b, _ := real()
	for q, want := range map[string]string{
		"wots ur mision statment": "mission",
		"prescripton":             "signpost-prescriptions",
		"dntist plz":              "signpost-dental",
		"asalaam alaikum":         "greeting",
		"do i hav to pya":         "values-free",
		"do i have to pay? 07700 900 123 456 789": "values-free",
	} {
		if r := ask(t, b, q); r.ID != want {
			t.Errorf("%q got %s/%s, want %s", q, r.Kind, r.ID, want)
		}
	}
}
