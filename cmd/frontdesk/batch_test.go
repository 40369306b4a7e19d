package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot"
)

// A line of 10 MB is a question like any other. One that is too long ends the batch
// and is named; what came before it is answered.
func TestBatchOfVeryLongLines(t *testing.T) {
	in := strings.Repeat("so ", 10<<20/3) + "do i have to pay\n" + `{"q":"` + strings.Repeat(`\ud800`, 1<<20) + " is it free\"}\n\xff\xfe chest pain \x00\n" + strings.Repeat("a", maxBatchLine+1) + "\nnever reached\n"
	var out, errs bytes.Buffer
	err := run(t.Context(), []string{"ask", "-batch"}, func(string) string { return "" }, strings.NewReader(in), &out, &errs)
	if err == nil || err.Error() != "reading line 4 of the batch: it has over 16 MB" {
		t.Errorf("got the error %.200v", err)
	}
	var kinds []string
	for line := range strings.Lines(out.String()) {
		var r bot.Reply
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%.200s: %v", line, err)
		}
		kinds = append(kinds, string(r.Kind)+" "+r.ID)
	}
	if got := strings.Join(kinds, ", "); got != "answer values-free, answer values-free, urgent urgent-cardiac" {
		t.Errorf("got %s", got)
	}
}
