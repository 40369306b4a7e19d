package eval_test

import (
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/eval"
)

// A file is read as a whole, or refused with the line that is wrong.
func FuzzRead(f *testing.F) {
	for _, s := range []string{`{"q":"do i pay","kind":"answer","ids":["values-free"]}` + "\n", "{}\n", "\n\n[]", `{"q":1}`, "\xff\x00", `{"q":"` + strings.Repeat("[", 1000), `{"kind":"urgent","ids":null}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, file string) {
		questions, err := eval.Read(strings.NewReader(file))
		if err != nil {
			if m := err.Error(); questions != nil || !strings.HasPrefix(m, "line ") && !strings.HasPrefix(m, "reading questions: ") && m != "no questions in it" {
				t.Errorf("%d questions beside the error %v", len(questions), err)
			}
			return
		}
		if len(questions) == 0 || len(questions) > 1+strings.Count(file, "\n") {
			t.Errorf("%d questions in %q", len(questions), file)
		}
	})
}
